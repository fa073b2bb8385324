import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { HttpClient } from "effect/http/HttpClient"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import type { AccountSettings } from "../../domain/Account.ts"
import type { ProbeFacts } from "../../gateway/doctor/facts.ts"
import { HttpClients } from "../../gateway/HttpClients.ts"
import { ZaloApi } from "../../zalo/ZaloApi.ts"
import type { ZaloError } from "../../zalo/ZaloError.ts"

const patience = "10 seconds"

type Trouble = NonNullable<ProbeFacts["trouble"]>

const late: Trouble = { kind: "unreachable", message: "no answer within 10 s" }

const troubleOf = (error: ZaloError): Trouble => {
  switch (error.reason._tag) {
    case "Unauthorized":
      return { kind: "refused", message: error.message }
    case "Unreachable":
    case "Unclear":
      return { kind: "unreachable", message: error.message }
    default:
      return { kind: "other", message: error.message }
  }
}

/** Their form apart. */
const same = (one: string, other: string): boolean =>
  (URL.parse(one)?.href ?? one) === (URL.parse(other)?.href ?? other)

/** Asks Zalo who the bot is and which webhook is set, with the account's own token and proxy. */
export const probe = Effect.fnUntraced(function* (
  account: AccountSettings,
  baseUrl: string
): Effect.fn.Return<ProbeFacts, never, HttpClients | Scope.Scope> {
  const client = yield* HttpClients.use((clients) => clients.through(account.proxy))
  const api = yield* ZaloApi.make({ token: account.token, baseUrl }).pipe(Effect.provideService(HttpClient, client))
  const began = yield* Clock.currentTimeMillis
  const { transport } = account
  const asked = Effect.gen(function* () {
    const bot = yield* api.getMe
    const set = yield* api.getWebhookInfo
    const webhook = Option.map(set, ({ url }) => ({
      origin: URL.parse(url)?.origin ?? "an address that cannot be read",
      ours: transport._tag === "Webhook" && same(url, transport.url)
    }))
    return { bot: bot.displayName ?? bot.accountName ?? bot.id, webhook: Option.getOrNull(webhook), trouble: null }
  }).pipe(
    Effect.catch((error) => Effect.succeed({ bot: null, webhook: null, trouble: troubleOf(error) })),
    Effect.timeoutOrElse({
      duration: patience,
      orElse: () => Effect.succeed({ bot: null, webhook: null, trouble: late })
    })
  )
  const answer = yield* asked
  return { ...answer, elapsedMs: (yield* Clock.currentTimeMillis) - began }
})

/** How far this machine's clock is ahead of the Bot API's, ms, by the `Date` of any answer; null when there is none. */
export const clockAhead = Effect.fnUntraced(function* (
  baseUrl: string
): Effect.fn.Return<number | null, never, HttpClient> {
  const client = yield* HttpClient
  const response = yield* Effect.option(Effect.timeout(client.get(`${baseUrl}/`), patience))
  const said = Option.flatMap(response, ({ headers }) => DateTime.make(headers["date"] ?? ""))
  if (Option.isNone(said)) return null
  return (yield* Clock.currentTimeMillis) - DateTime.toEpochMillis(said.value)
})
