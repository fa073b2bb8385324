import * as Clock from "effect/Clock"
import type { Digest } from "effect/crypto/Digest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type { AccountId } from "../domain/ids.ts"
import type { Inbox } from "../journal/Inbox.ts"
import { pollTimeout } from "../zalo/timeouts.ts"
import type { ZaloError } from "../zalo/ZaloError.ts"
import type { OnAdmitted } from "./admit.ts"
import { clearWebhook } from "./clearWebhook.ts"
import { type Identified, identify, refuseToken } from "./identify.ts"
import { type Keep, makeKeep } from "./keep.ts"
import { backOff, slow } from "./pause.ts"
import { ofZalo, webhookSet } from "./Trouble.ts"
import { originOf } from "./words.ts"

export interface PollingOptions extends Identified {
  readonly account: AccountId
  readonly onAdmitted: OnAdmitted
  /** How long Zalo holds an empty poll. 30 s. */
  readonly pollTimeout?: Duration.Duration | undefined
  /** What is older is no news. 30 days. */
  readonly retention?: Duration.Duration | undefined
  /** Ends when the process is to stop: no further poll is begun, the open one is awaited and what it brings is kept. */
  readonly stopping: Effect.Effect<void>
}

const seconds30 = Duration.seconds(30)

/** After an instant answer that brought nothing new: some bots get the same update again and again (`zalo-bot-api.md` §5.2). */
const floor = Duration.seconds(1)
const instant = Duration.toMillis(floor)

/**
 * Gets updates for one account, one poll at a time, each journalled before the next poll is begun: Zalo hands an update out
 * once. Ends when the token is refused or the process stops, and never for any other reason.
 *
 * Facts: `zalo-bot-api.md` §5.2, §13.
 */
export const runPolling: (options: PollingOptions) => Effect.Effect<void, never, Inbox | Digest> = Effect.fnUntraced(
  function* (options: PollingOptions) {
    const keep = yield* makeKeep(options)
    const stopped = yield* Effect.forkChild(options.stopping, { startImmediately: true })
    const begin = Effect.gen(function* () {
      return (yield* identify(options)) && { cleared: yield* clearWebhook(options.api) }
    })
    const begun = yield* Effect.raceFirst(begin, Effect.as(Fiber.await(stopped), false as const))
    if (begun !== false) yield* poll(options, keep, begun, stopped)
    yield* Fiber.interrupt(stopped)
  }
)

interface Standing {
  /** Whether no webhook is left from before: what is set from then on is somebody's will, and is not deleted. */
  cleared: boolean
}

const poll = Effect.fnUntraced(function* (
  options: PollingOptions,
  keep: Keep,
  standing: Standing,
  stopped: Fiber.Fiber<void>
) {
  const { api, status } = options
  const timeout = options.pollTimeout ?? seconds30
  /** Waits, but not for a process that stops. */
  const unlessStopped = (wait: Effect.Effect<void>) => Effect.raceFirst(wait, Effect.asVoid(Fiber.await(stopped)))
  // From Zalo's answer to the commit nothing may come between, a signal neither.
  const once = Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(restore(api.getUpdates(timeout)), (answer) =>
      Option.isSome(answer) ? keep(answer.value) : Effect.succeed(false)
    )
  )

  // Clock and timers are not the same.
  const silence = Duration.toMillis(pollTimeout(timeout)) - 50
  yield* status.ready()
  let failures = 0
  while (stopped.pollUnsafe() === undefined) {
    const began = yield* Clock.currentTimeMillis
    const answer = yield* Effect.result(once)
    if (Result.isFailure(answer)) {
      if (answer.failure.reason._tag === "Unauthorized") return yield* refuseToken(options)
      failures++
      yield* unlessStopped(yield* afterFailure(options, standing, answer.failure, failures))
      continue
    }
    failures = 0
    standing.cleared = true
    const took = (yield* Clock.currentTimeMillis) - began
    // Given up by us: Zalo said nothing, and a black hole would else look like a quiet chat for ever.
    if (took < silence) yield* status.ready()
    if (!answer.success && took < instant) yield* unlessStopped(Effect.sleep(floor))
  }
})

/** Says what is wrong, and how long to wait. */
const afterFailure = Effect.fnUntraced(function* (
  { api, status }: PollingOptions,
  standing: Standing,
  error: ZaloError,
  failures: number
) {
  if (error.reason._tag === "WebhookActive") {
    if (!standing.cleared) {
      standing.cleared = yield* clearWebhook(api)
      if (standing.cleared) return Effect.void
      yield* status.failing(ofZalo(error))
      return backOff(failures)
    }
    const info = yield* Effect.option(api.getWebhookInfo)
    const where = Option.match(Option.flatten(info), {
      onNone: () => "an unknown address",
      onSome: ({ url }) => originOf(url)
    })
    yield* status.blocked(webhookSet(where))
    return Effect.sleep(slow)
  }
  if (error.poll === "stop") {
    yield* status.blocked(ofZalo(error))
    return Effect.sleep(slow)
  }
  yield* status.failing(ofZalo(error))
  return backOff(failures)
})
