import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { AccountId } from "../domain/ids.ts"
import { pollDelay } from "../zalo/schedules.ts"
import type { Bot } from "../zalo/wire.ts"
import type { ZaloApi } from "../zalo/ZaloApi.ts"
import type { ZaloError } from "../zalo/ZaloError.ts"
import { type Admit, makeAdmit, type OnAdmitted } from "./admit.ts"
import type { TransportStatus } from "./TransportStatus.ts"

export interface PollingOptions {
  readonly account: AccountId
  readonly api: ZaloApi["Service"]
  readonly status: TransportStatus
  readonly onBot: (bot: Bot) => Effect.Effect<void>
  readonly onTokenRefused: Effect.Effect<void>
  readonly onAdmitted: OnAdmitted
  readonly pollTimeout: Duration.Duration
  /** Ends when the process is to stop: no further poll is begun, the open one is left. */
  readonly stopping: Effect.Effect<void>
}

/** Between two looks at what somebody has to mend, and after an instant answer that brought nothing new. */
const slow = Duration.seconds(30)
const floor = 1_000

/** Polls for one account until the token is refused or the process stops. */
export const runPolling = Effect.fnUntraced(function* (options: PollingOptions) {
  const admit = yield* makeAdmit
  const loop = Effect.gen(function* () {
    if (!(yield* identify(options))) return
    yield* clearWebhook(options)
    yield* poll(options, admit)
  })
  yield* loop
})

const tokenRefused = "the token was refused (401): it was reset or mistyped"

const refused = ({ onTokenRefused, status }: Pick<PollingOptions, "onTokenRefused" | "status">) =>
  Effect.andThen(onTokenRefused, status.stopped(tokenRefused))

/** getMe, as often as it takes. False: the token is refused. */
export const identify = Effect.fnUntraced(function* (
  options: Pick<PollingOptions, "api" | "status" | "onBot" | "onTokenRefused">
) {
  for (let failures = 1; ; failures++) {
    const answer = yield* Effect.result(options.api.getMe)
    if (answer._tag === "Success") {
      yield* options.onBot(answer.success)
      yield* options.status.answered
      return true
    }
    if (answer.failure.reason._tag === "Unauthorized") {
      yield* refused(options)
      return false
    }
    yield* options.status.failing(answer.failure.message)
    yield* Effect.sleep(pollDelay(failures))
  }
})

const originOf = (url: string): string => (URL.canParse(url) ? new URL(url).origin : "an address that cannot be read")

/** A webhook left over from before would make every poll fail: it goes, but not unsaid. */
const clearWebhook = Effect.fnUntraced(function* ({ api }: PollingOptions) {
  const info = yield* Effect.result(api.getWebhookInfo)
  if (info._tag === "Failure") {
    return yield* Effect.logWarning(`whether a webhook is set could not be asked: ${info.failure.message}`)
  }
  if (Option.isNone(info.success)) return
  yield* Effect.logWarning(
    `a webhook was set at ${originOf(info.success.value.url)}: it is deleted, because this account polls`
  )
  yield* api.deleteWebhook.pipe(
    Effect.catch((error) => Effect.logWarning(`the webhook could not be deleted: ${error.message}`))
  )
})

const poll = Effect.fnUntraced(function* (options: PollingOptions, admit: Admit) {
  const { api, pollTimeout, status, stopping } = options
  let stop = false
  yield* Effect.forkChild(
    Effect.andThen(
      stopping,
      Effect.sync(() => void (stop = true))
    )
  )
  yield* status.ready()
  let failures = 0
  while (!stop) {
    const began = yield* Clock.currentTimeMillis
    const answer = yield* Effect.result(api.getUpdates(pollTimeout))
    if (answer._tag === "Failure") {
      failures++
      const wait = yield* afterFailure(options, answer.failure, failures)
      if (wait === undefined) return
      yield* Effect.raceFirst(Effect.sleep(wait), stopping)
      continue
    }
    failures = 0
    const fresh = Option.isSome(answer.success) && (yield* keep(options, admit, answer.success.value))
    yield* status.ready()
    const took = (yield* Clock.currentTimeMillis) - began
    if (!fresh && took < floor) yield* Effect.raceFirst(Effect.sleep(floor), stopping)
  }
})

/** How long to wait after a failed poll; undefined ends the account. */
const afterFailure = Effect.fnUntraced(function* (options: PollingOptions, error: ZaloError, failures: number) {
  const { api, status } = options
  if (error.reason._tag === "Unauthorized") {
    yield* refused(options)
    return undefined
  }
  if (error.reason._tag === "WebhookActive") {
    const info = yield* Effect.option(api.getWebhookInfo)
    const where = Option.match(Option.flatten(info), {
      onNone: () => "an unknown address",
      onSome: ({ url }) => originOf(url)
    })
    yield* status.blocked(`blocked: a webhook was set at ${where}`)
    return slow
  }
  if (error.poll === "stop") {
    yield* status.blocked(error.message)
    return slow
  }
  yield* status.failing(error.message)
  return pollDelay(failures)
})

/** Zalo has forgotten it by now: it is kept here until the journal takes it. */
const keep = Effect.fnUntraced(function* (options: PollingOptions, admit: Admit, update: unknown) {
  const receivedAt = yield* Clock.currentTimeMillis
  const body = JSON.stringify(update)
  const received = { account: options.account, source: "polling", body, parsed: update, receivedAt } as const
  for (let failures = 1; ; failures++) {
    const kept = yield* Effect.result(admit(received, options.onAdmitted))
    if (kept._tag === "Success") return kept.success
    yield* options.status.failing(kept.failure.message)
    yield* Effect.sleep(pollDelay(failures))
  }
})
