import * as Effect from "effect/Effect"
import { HttpClient } from "effect/http/HttpClient"
import * as Latch from "effect/Latch"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import type * as Scope from "effect/Scope"
import { AgentBridge } from "../agent/AgentBridge.ts"
import { type AgentServices, makeAgent } from "../agent/config.ts"
import type { AccountSettings } from "../domain/Account.ts"
import type { AccountRuntime } from "../pipeline/Accounts.ts"
import type * as Pace from "../zalo/Pace.ts"
import type { Bot } from "../zalo/wire.ts"
import { ZaloApi } from "../zalo/ZaloApi.ts"
import { HttpClients } from "./HttpClients.ts"

/** An account at work, and what its transport tells it. */
export interface RunningAccount extends AccountRuntime {
  /** getMe answered: the token is good. */
  readonly identified: (bot: Bot) => Effect.Effect<void>
  readonly bot: Effect.Effect<Option.Option<Bot>>
  /** Waits until somebody, a send too, was told that the token is refused; at once while it is. */
  readonly refused: Effect.Effect<void>
  /** Waits until the token is good; at once while nobody was told otherwise. */
  readonly accepted: Effect.Effect<void>
}

/** An embedding program's agent answers for all accounts; else each has the one that its configuration names. */
export const agentOf = Effect.fnUntraced(function* (
  settings: AccountSettings
): Effect.fn.Return<AgentBridge["Service"], never, AgentServices | Scope.Scope> {
  const embedded = yield* Effect.serviceOption(AgentBridge)
  if (Option.isNone(embedded)) return yield* makeAgent(settings.agent)
  const { value } = embedded
  return { reply: (turn) => value.reply(turn), remembers: value.remembers ?? false, kind: value.kind ?? "embedded" }
})

/** What an account has of Zalo: its token's calls and what is known of the bot. */
export type Connection = Omit<RunningAccount, "settings" | "agent" | "pace">

/** Puts an account's token and proxy to use. */
export const connect = Effect.fnUntraced(function* (
  settings: AccountSettings,
  apiUrl: string
): Effect.fn.Return<Connection, never, HttpClients | Scope.Scope> {
  const clients = yield* HttpClients
  const client = yield* clients.through(settings.proxy)
  const api = yield* ZaloApi.make({ token: settings.token, baseUrl: apiUrl, account: settings.id }).pipe(
    Effect.provideService(HttpClient, client)
  )
  const bot = yield* Ref.make(Option.none<Bot>())
  const accepted = yield* Latch.make(true)
  const refused = yield* Latch.make(false)
  return {
    api,
    bot: Ref.get(bot),
    botName: Effect.map(
      Ref.get(bot),
      Option.flatMapNullishOr((known) => known.displayName)
    ),
    identified: (known) =>
      Effect.all([Ref.set(bot, Option.some(known)), refused.close, accepted.open], { discard: true }),
    maySend: Effect.sync(() => accepted.isOpen()),
    tokenRefused: Effect.all([accepted.close, refused.open], { discard: true }),
    refused: refused.await,
    accepted: accepted.await
  }
})

export const runtimeOf = (
  settings: AccountSettings,
  connection: Connection,
  agent: AgentBridge["Service"],
  pace: Pace.Pace
): RunningAccount => ({ ...connection, settings, agent, pace })
