import * as Clock from "effect/Clock"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Headers from "effect/http/Headers"
import type * as HttpClient from "effect/http/HttpClient"
import type { HttpClientError } from "effect/http/HttpClientError"
import type { HttpClientRequest } from "effect/http/HttpClientRequest"
import type { HttpClientResponse } from "effect/http/HttpClientResponse"
import * as Pull from "effect/Pull"
import * as Result from "effect/Result"
import type { Scope } from "effect/Scope"
import * as Stream from "effect/Stream"
import type { AgentError } from "../AgentError.ts"
import { readBody } from "../body.ts"
import { brokeOff, unreachable } from "../unreachable.ts"
import { withTimeout } from "../withTimeout.ts"
import { type Fault, fault, mayPass } from "./Fault.ts"
import { type Answer, Reader, wholeAnswer } from "./Reader.ts"
import { errorCode, parseCompletion } from "./wire.ts"

type Body = Stream.Stream<Uint8Array, HttpClientError>

const isFault = (outcome: Answer | Fault): outcome is Fault => "error" in outcome

const settled = (outcome: Answer | Fault): Effect.Effect<Answer, Fault> =>
  isFault(outcome) ? Effect.fail(outcome) : Effect.succeed(outcome)

const never = (error: AgentError): Fault => ({ error, again: false })

/** Reads a stream of events. Only inside the answer silence counts: before it the model may think as long as the turn may take. */
const streamed = (
  body: Body,
  idle: Duration.Input,
  onText: (text: string) => Effect.Effect<void>
): Effect.Effect<Answer, Fault, Scope> =>
  Effect.gen(function* () {
    const reader = new Reader()
    const pull = (yield* Stream.toPull(body)).pipe(
      Effect.map((pieces): ReadonlyArray<Uint8Array> => pieces),
      Pull.catchDone(() => Effect.succeed(undefined)),
      Effect.mapError((error): Fault => ({ error: brokeOff(error), again: !reader.begun }))
    )
    const patient = withTimeout(idle)(pull).pipe(Effect.mapError((error) => ("error" in error ? error : never(error))))
    while (!reader.done) {
      const pieces = yield* reader.begun ? patient : pull
      if (pieces === undefined) break
      for (const piece of pieces) {
        const found = reader.feed(piece)
        if (found !== undefined) return yield* Effect.fail(found)
      }
      const fresh = reader.takeNew()
      if (fresh !== "") yield* onText(fresh)
    }
    return yield* settled(reader.end())
  })

const text = (body: Body): Effect.Effect<string, Fault> =>
  readBody(body).pipe(
    Effect.catchReason("HttpClientError", "EmptyBodyError", () => Effect.succeed("")),
    Effect.mapError((error): Fault =>
      error._tag === "HttpClientError" ? { error: brokeOff(error), again: true } : never(error)
    )
  )

/** What a refusal says of itself. That it could not be read changes nothing. */
const refused = Effect.fnUntraced(function* (response: HttpClientResponse) {
  const { status } = response
  const told = Result.getOrUndefined(yield* Effect.result(text(response.stream)))
  const code = errorCode(told === undefined ? undefined : parseCompletion(told)?.error)
  const written = response.headers["retry-after"]
  const wait = written === undefined ? undefined : Result.getOrUndefined(Headers.parseRetryAfter(written))
  const after = wait === undefined ? undefined : Headers.retryAfterDelay(wait, yield* Clock.currentTimeMillis)
  return fault({ _tag: "Status", status, ...(code !== undefined && { code }) }, mayPass(status), after)
})

const isJson = (contentType: string | undefined): boolean => /^\s*application\/json\b/i.test(contentType ?? "")

/** One request and its answer, streamed or whole. */
export const exchange = (
  client: HttpClient.HttpClient.With<HttpClientError, Scope>,
  request: HttpClientRequest,
  idle: Duration.Input,
  /** Gets a streamed answer's text as it comes; what comes whole it gets at once. */
  onText: (text: string) => Effect.Effect<void> = () => Effect.void
): Effect.Effect<Answer, Fault> =>
  Effect.gen(function* () {
    const response = yield* client
      .execute(request)
      .pipe(Effect.mapError((error): Fault => ({ error: unreachable(error), again: true })))
    if (response.status < 200 || response.status > 299) return yield* Effect.flatMap(refused(response), Effect.fail)
    if (isJson(response.headers["content-type"])) {
      const answer = yield* Effect.flatMap(text(response.stream), (body) => settled(wholeAnswer(body)))
      yield* onText(answer.text)
      return answer
    }
    return yield* streamed(response.stream, idle, onText)
  }).pipe(Effect.scoped)
