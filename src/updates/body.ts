import * as ByteSize from "effect/ByteSize"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpIncomingMessage from "effect/http/HttpIncomingMessage"
import type { HttpServerError } from "effect/http/HttpServerError"
import type { HttpServerRequest } from "effect/http/HttpServerRequest"
import type { Deadlines } from "./deadlines.ts"

/** The largest body that is taken unless told otherwise, in bytes: a few thousand times what Zalo sends (`zalo-bot-api.md` §7). */
export const defaultMaxBody = 1_048_576

/** Why a body could not be read. */
export type BodyProblem = "too-large" | "late" | "broken"

const problem = ({ reason }: HttpServerError): BodyProblem =>
  reason._tag === "RequestParseError" && reason.reason === "BodyTooLarge" ? "too-large" : "broken"

/**
 * Reads a body of at most `maxBody` bytes, also one that did not declare its length, within the limit of `deadlines`. The reader has
 * a fiber of its own, which is left alone when time is up: interrupting it would tear the connection down before anybody
 * could answer 408. It ends with the connection, which that answer closes.
 */
export const readBody = (
  request: HttpServerRequest,
  deadlines: Deadlines,
  maxBody: number
): Effect.Effect<ArrayBuffer, BodyProblem> =>
  Clock.clockWith((clock) =>
    Effect.callback<ArrayBuffer, BodyProblem>((resume) => {
      const reader = Effect.runFork(
        request.arrayBuffer.pipe(
          Effect.provideService(HttpIncomingMessage.MaxBodySize, ByteSize.bytes(maxBody)),
          Effect.mapError(problem)
        )
      )
      const cancel = deadlines.add(() => resume(Effect.fail("late")), clock.currentTimeMillisUnsafe())
      reader.addObserver((exit) => {
        cancel()
        resume(exit)
      })
    })
  )

/** Node's own decoder, strict: bytes that are no UTF-8 are no JSON. */
const utf8 = new TextDecoder("utf-8", { fatal: true })

/** A JSON object and the text it was read from, or why it is none. */
export const parseObject = (
  bytes: ArrayBuffer
): { readonly text: string; readonly parsed: object } | "not-json" | "not-an-object" => {
  try {
    const text = utf8.decode(bytes)
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) ? { text, parsed } : "not-an-object"
  } catch {
    return "not-json"
  }
}
