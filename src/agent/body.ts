import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { AgentError } from "./AgentError.ts"

/** The most that an agent may answer, in bytes. */
export const maxAnswerBytes = 1024 * 1024

const join = (pieces: ReadonlyArray<Uint8Array>, size: number): Uint8Array => {
  const whole = new Uint8Array(size)
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

/**
 * Collects an answer as UTF-8. Fails with `TooLarge` as soon as it passes `maxAnswerBytes`, without reading on, and with
 * `Unreadable` when it is not UTF-8.
 */
export const readBody = <E, R>(bytes: Stream.Stream<Uint8Array, E, R>): Effect.Effect<string, E | AgentError, R> =>
  Effect.suspend(() => {
    const pieces: Array<Uint8Array> = []
    let size = 0
    return bytes.pipe(
      Stream.runForEach((piece): Effect.Effect<void, AgentError> => {
        size += piece.length
        if (size > maxAnswerBytes) {
          return Effect.fail(new AgentError({ reason: { _tag: "TooLarge", limit: maxAnswerBytes } }))
        }
        pieces.push(piece)
        return Effect.void
      }),
      Effect.andThen(
        Effect.try({
          try: () => new TextDecoder("utf-8", { fatal: true }).decode(join(pieces, size)),
          catch: () => new AgentError({ reason: { _tag: "Unreadable", detail: "it is not UTF-8" } })
        })
      )
    )
  })
