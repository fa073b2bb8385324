import * as Digest from "effect/crypto/Digest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { AccountSettings } from "../domain/Account.ts"
import { AccountState } from "../journal/AccountState.ts"
import { verificationWarning } from "../updates/verification.ts"
import { checkOf, decodeCheck, encodeCheck, type WebhookCheck } from "../updates/webhookCheck.ts"
import { originOf } from "../updates/words.ts"
import { ZaloApi } from "../zalo/ZaloApi.ts"
import type { ZaloError } from "../zalo/ZaloError.ts"
import { address } from "./config/show.ts"

/** One account's webhook: what is configured, what Zalo has, and what Zalo last found there. */
export interface WebhookView {
  readonly account: string
  /** Null: the account polls. */
  readonly configured: { readonly url: string; readonly path: string } | null
  /** Null: Zalo has none. Time as ISO 8601, UTC. */
  readonly registered: { readonly url: string; readonly updatedAt: string | null } | null
  readonly agrees: boolean
  readonly verification: WebhookCheck | null
  /** What to do, for people; null when nothing is to be done. */
  readonly advice: string | null
}

/** The account polls, so there is nothing that could be set or tested. */
export class NoWebhook extends Schema.TaggedError<NoWebhook>()("NoWebhook", { account: Schema.String }) {
  override get message(): string {
    return `the account "${this.account}" polls: set webhookUrl and webhookSecret first, or give --url`
  }
}

/** What the desk works with. */
export type DeskNeeds = ZaloApi | Digest.Digest

const same = (one: string, other: string): boolean =>
  one === other || (URL.parse(one)?.href ?? one) === (URL.parse(other)?.href ?? other)

const noted = (account: AccountSettings) =>
  Effect.serviceOption(AccountState).pipe(
    Effect.flatMap(
      Option.match({
        onNone: () => Effect.succeed(Option.none<string>()),
        onSome: (state) => Effect.orElseSucceed(state.webhookCheck(account.id), () => Option.none<string>())
      })
    ),
    Effect.map((json) => Option.getOrNull(Option.flatMap(json, decodeCheck)))
  )

/** Without a store, or with one that cannot be written, nothing is noted and nothing fails. */
const note = (work: (state: AccountState["Service"]) => Effect.Effect<void, unknown>) =>
  Effect.serviceOption(AccountState).pipe(
    Effect.flatMap(Option.match({ onNone: () => Effect.void, onSome: (state) => Effect.ignore(work(state)) }))
  )

const adviceOf = (account: AccountSettings, registered: string, check: WebhookCheck | null): string | null => {
  if (account.transport._tag === "Polling") {
    return registered === ""
      ? null
      : `a webhook is set at ${originOf(registered)}, so nothing can be polled: take it away with "zalo-effect webhook delete"`
  }
  if (registered === "") return 'Zalo has no webhook for this bot: register it with "zalo-effect webhook set"'
  if (!same(registered, account.transport.url)) {
    return `Zalo delivers to ${originOf(registered)} instead: register ours with "zalo-effect webhook set"`
  }
  return check?.problem ?? null
}

/** What is configured and what Zalo has. */
export const showWebhook = Effect.fn("webhookDesk.show")(function* (
  account: AccountSettings
): Effect.fn.Return<WebhookView, ZaloError, ZaloApi> {
  const info = yield* ZaloApi.use((api) => api.getWebhookInfo)
  const url = Option.match(info, { onNone: () => "", onSome: (set) => set.url.trim() })
  const updatedAt = Option.getOrUndefined(info)?.updatedAt
  const verification = yield* noted(account)
  const { transport } = account
  return {
    account: account.id,
    configured: transport._tag === "Polling" ? null : { url: address(transport.url), path: transport.path },
    registered:
      url === ""
        ? null
        : {
            url: address(url),
            updatedAt: Option.getOrNull(Option.map(DateTime.make(updatedAt ?? NaN), DateTime.formatIso))
          },
    agrees: transport._tag === "Polling" ? url === "" : url !== "" && same(url, transport.url),
    verification,
    advice: adviceOf(account, url, verification)
  }
})

/** Registers what is configured, and notes it, so that the gateway does not register it once more: there is a daily cap. */
export const setWebhook = Effect.fn("webhookDesk.set")(function* (
  account: AccountSettings
): Effect.fn.Return<
  { readonly verification: WebhookCheck | null; readonly warning: string | null },
  ZaloError | NoWebhook,
  DeskNeeds
> {
  const { transport } = account
  if (transport._tag === "Polling") return yield* new NoWebhook({ account: account.id })
  const { secret, url } = transport
  const set = yield* ZaloApi.use((api) => api.setWebhook({ url, secret }))
  const secretHash = yield* Digest.Digest.use((digest) =>
    digest.digestHex(Digest.sha256, new TextEncoder().encode(Redacted.value(secret)))
  )
  yield* note((state) => state.rememberWebhook(account.id, { url, secretHash }))
  if (set.verification === undefined) return { verification: null, warning: null }
  const verification = yield* checkOf(set.verification, "command")
  yield* note((state) => state.saveWebhookCheck(account.id, encodeCheck(verification)))
  return { verification, warning: verificationWarning(set.verification) }
})

/** Has Zalo call the webhook that it has. */
export const testWebhook = Effect.fn("webhookDesk.test")(function* (
  account: AccountSettings
): Effect.fn.Return<WebhookCheck, ZaloError, ZaloApi> {
  const verification = yield* checkOf(yield* ZaloApi.use((api) => api.testWebhook), "command")
  yield* note((state) => state.saveWebhookCheck(account.id, encodeCheck(verification)))
  return verification
})

/** 400 and 404 say that none was set (`zalo-bot-api.md` §5.5). */
const alreadyGone = new Set(["InvalidRequest", "NotFound"])

/** Takes the webhook away; false where Zalo had none. */
export const deleteWebhook = Effect.fn("webhookDesk.delete")(function* (): Effect.fn.Return<
  boolean,
  ZaloError,
  ZaloApi
> {
  return yield* ZaloApi.use((api) => api.deleteWebhook).pipe(
    Effect.as(true),
    Effect.catch((error) => (alreadyGone.has(error.reason._tag) ? Effect.succeed(false) : Effect.fail(error)))
  )
})
