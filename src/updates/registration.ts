import * as Digest from "effect/crypto/Digest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { encode as hex } from "effect/encoding/Hex"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type { AccountId } from "../domain/ids.ts"
import { AccountState } from "../journal/AccountState.ts"
import { pollDelay } from "../zalo/schedules.ts"
import type { Bot } from "../zalo/wire.ts"
import type { ZaloApi } from "../zalo/ZaloApi.ts"
import { identify } from "./identify.ts"
import type { TransportStatus } from "./TransportStatus.ts"

export interface WebhookRun {
  readonly account: AccountId
  readonly api: ZaloApi["Service"]
  readonly status: TransportStatus
  readonly onBot: (bot: Bot) => Effect.Effect<void>
  readonly onTokenRefused: Effect.Effect<void>
  readonly url: string
  readonly secret: Redacted.Redacted
}

const checkEvery = Duration.minutes(5)

/** Keeps one account's webhook registered until the token is refused. The route must answer already: Zalo calls it at once. */
export const runWebhook = Effect.fnUntraced(function* (options: WebhookRun) {
  const { api, status, url } = options
  const state = yield* AccountState
  const digest = yield* Digest.Digest
  const secretHash = hex(
    yield* Effect.orDie(digest.digest(Digest.sha256, new TextEncoder().encode(Redacted.value(options.secret))))
  )
  if (!(yield* identify(options))) return

  const check = Effect.gen(function* () {
    const remembered = yield* state.webhook(options.account)
    const info = yield* api.getWebhookInfo
    const same =
      Option.exists(remembered, (last) => last.url === url && last.secretHash === secretHash) &&
      Option.exists(info, (now) => now.url === url)
    if (same) return yield* status.ready()
    const set = yield* api.setWebhook({ url, secret: options.secret })
    yield* state.rememberWebhook(options.account, { url, secretHash })
    yield* status.ready(set.verification?.ok === false ? (set.verification.hint ?? "the webhook did not verify") : null)
  })

  for (let failures = 0; ;) {
    const done = yield* Effect.result(check)
    if (done._tag === "Success") {
      failures = 0
      yield* Effect.sleep(checkEvery)
      continue
    }
    const { failure } = done
    if (failure._tag === "ZaloError" && failure.reason._tag === "Unauthorized") {
      yield* options.onTokenRefused
      return yield* status.stopped("the token was refused (401): it was reset or mistyped")
    }
    failures++
    yield* status.failing(failure.message)
    yield* Effect.sleep(pollDelay(failures))
  }
})
