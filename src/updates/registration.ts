import * as Digest from "effect/crypto/Digest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import type { AccountId } from "../domain/ids.ts"
import { AccountState } from "../journal/AccountState.ts"
import type { JournalError } from "../journal/Journal.ts"
import type { ZaloError } from "../zalo/ZaloError.ts"
import { type Identified, identify, refuseToken } from "./identify.ts"
import { backOff } from "./pause.ts"
import { checkOf, encodeCheck } from "./webhookCheck.ts"
import { ofError, webhookTest } from "./Trouble.ts"
import { type Registration, registerWebhook, type WebhookHeld } from "./registerWebhook.ts"

export interface WebhookRun extends Identified {
  readonly account: AccountId
  /** The public https address that Zalo is told. */
  readonly url: string
  readonly secret: Redacted.Redacted
}

/** Between two looks at whether Zalo still names our address (`design.md` §6.3). */
const checkEvery = Duration.minutes(5)

/** How long to wait after a failure: a refusal, or a quota, is not helped by asking often. */
const pauseAfter = (error: ZaloError | JournalError, failures: number): Effect.Effect<void> =>
  error._tag === "ZaloError" && (error.poll === "stop" || error.reason._tag === "QuotaExceeded")
    ? Effect.sleep(checkEvery)
    : backOff(failures)

/**
 * Keeps one account's webhook set for as long as it runs. The route must answer already, since Zalo calls it at once. It is
 * not deleted at the end: what is sent meanwhile would be lost, and the next start finds it set.
 *
 * It ends when the token is refused, and for no other reason. What Zalo still delivers is journalled all the same.
 *
 * Facts: `zalo-bot-api.md` §5.3, §5.6.
 */
export const runWebhook: (options: WebhookRun) => Effect.Effect<void, never, AccountState | Digest.Digest> =
  Effect.fnUntraced(function* (options: WebhookRun) {
    const state = yield* AccountState
    const digest = yield* Digest.Digest
    const { account, api, secret, status, url } = options
    const registration: Registration = {
      account,
      api,
      url,
      secret,
      secretHash: yield* digest.digestHex(Digest.sha256, new TextEncoder().encode(Redacted.value(secret))),
      state: {
        read: state.webhook(account),
        write: (webhook) => state.rememberWebhook(account, webhook)
      }
    }
    if (!(yield* identify(options))) return

    let held: WebhookHeld | undefined
    for (let failures = 0; ;) {
      const looked = yield* Effect.result(registerWebhook(registration, held, status.blocked))
      if (Result.isSuccess(looked)) {
        failures = 0
        if (looked.success !== undefined) {
          held = looked.success
          yield* held.warning === null ? Effect.logInfo("the webhook is set") : Effect.logWarning(held.warning)
        }
        const warning = held?.warning ?? null
        yield* status.ready(warning === null ? null : webhookTest(warning))
        const found = looked.success?.verification
        if (found !== undefined) {
          const check = yield* checkOf(found, "gateway")
          yield* Effect.ignore(state.saveWebhookCheck(account, encodeCheck(check)))
        }
        yield* Effect.sleep(checkEvery)
        continue
      }
      const error = looked.failure
      if (error._tag === "ZaloError" && error.reason._tag === "Unauthorized") {
        return yield* refuseToken(options)
      }
      failures++
      yield* error._tag === "ZaloError" && error.poll === "stop" && error.method === "setWebhook"
        ? status.blocked(ofError(error))
        : status.failing(ofError(error))
      yield* pauseAfter(error, failures)
    }
  })
