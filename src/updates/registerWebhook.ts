import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import type { AccountId } from "../domain/ids.ts"
import type { RememberedWebhook } from "../journal/AccountState.ts"
import type { JournalError } from "../journal/Journal.ts"
import type { ZaloApi } from "../zalo/ZaloApi.ts"
import type { ZaloError } from "../zalo/ZaloError.ts"
import type { Verification } from "../zalo/wire.ts"
import { type Trouble, webhookLost } from "./Trouble.ts"
import { verificationWarning } from "./verification.ts"
import { originOf } from "./words.ts"

export interface Registration {
  readonly account: AccountId
  readonly api: ZaloApi["Service"]
  /** The public https address. */
  readonly url: string
  readonly secret: Redacted.Redacted
  readonly secretHash: string
  /** What was last set, over restarts: `setWebhook` has a daily cap (`zalo-bot-api.md` §5.3). */
  readonly state: {
    readonly read: Effect.Effect<Option.Option<RememberedWebhook>, JournalError>
    write(webhook: RememberedWebhook): Effect.Effect<void, JournalError>
  }
}

/** A webhook that this run has set. */
export interface WebhookHeld {
  /** Our address as Zalo itself wrote it. */
  readonly names: string
  /** Set, but Zalo's test call failed. */
  readonly warning: string | null
  /** What Zalo found when it called the address; older servers do not say. */
  readonly verification: Verification | undefined
}

const same = (one: string, other: string): boolean =>
  one === other || (URL.parse(one)?.href ?? one) === (URL.parse(other)?.href ?? other)

/**
 * Looks whether Zalo names our address with our secret, and sets it if not. The secret cannot be asked for, so the hash of
 * the last one is remembered. `held` is what this run has set; the answer is what it has set now, or undefined when there was
 * nothing to do.
 *
 * `onLost` is told when Zalo names another address than the one that was set.
 */
export const registerWebhook = Effect.fnUntraced(function* (
  registration: Registration,
  held: WebhookHeld | undefined,
  onLost: (trouble: Trouble) => Effect.Effect<void>
): Effect.fn.Return<WebhookHeld | undefined, ZaloError | JournalError> {
  const { api, secret, secretHash, state, url } = registration
  const remembered = held === undefined ? yield* state.read : Option.some({ url, secretHash })
  const ours = Option.exists(remembered, (last) => same(last.url, url) && last.secretHash === secretHash)
  const info = yield* api.getWebhookInfo
  const named = Option.match(info, { onNone: () => "", onSome: (set) => set.url.trim() })
  const isNamed = same(named, url) || (held !== undefined && same(named, held.names))
  if (ours && isNamed) return undefined
  if (ours) {
    yield* onLost(webhookLost(named === "" ? undefined : originOf(named)))
  } else if (named !== "" && !isNamed) {
    yield* Effect.logWarning(`a webhook was set at ${originOf(named)}: it is replaced`)
  }
  const set = yield* api.setWebhook({ url, secret })
  // What cannot be remembered is only set once more at the next start.
  yield* state
    .write({ url, secretHash })
    .pipe(
      Effect.catchTag("JournalError", (error) =>
        Effect.logWarning(`the webhook was set, but that could not be noted: ${error.message}`)
      )
    )
  return { names: set.url ?? url, warning: verificationWarning(set.verification), verification: set.verification }
})
