import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import { makeAnswering, type Reply } from "./answering.ts"
import { makeCourier } from "./deliveries.ts"
import { makeMethods } from "./methods.ts"
import type {
  Call,
  ChatMessage,
  Delivery,
  EmulatedBot,
  EmulatedGroup,
  EmulatedUser,
  Inject,
  PhotoFetch,
  SandboxEvent
} from "./model.ts"
import type { Fault, Switches } from "./settings.ts"
import { makePeople } from "./people.ts"
import { type Json, strangeEvent } from "./wire.ts"
import { armed, chatOf, makeWorld, type BotState } from "./world.ts"

/** One bot of an emulated Zalo. */
export interface BotOptions {
  /** `<bot id>:<secret>`. */
  readonly token: string
  /** What people see and mention. Default `Bot Sandbox`: Zalo wants names that begin with `Bot`. */
  readonly displayName?: string | undefined
  readonly accountName?: string | undefined
  readonly canJoinGroups?: boolean | undefined
}

export interface People {
  readonly users: ReadonlyArray<EmulatedUser>
  readonly groups: ReadonlyArray<EmulatedGroup>
}

/** How an emulated Zalo begins. */
export interface EmulatedZaloOptions {
  /** Ids and chance follow from it: give another one where ids must not come twice, as after a restart. */
  readonly seed?: string | undefined
  readonly bots?: ReadonlyArray<BotOptions> | undefined
  /** Who is here from the start: people of an earlier run, with their ids. */
  readonly people?: People | undefined
  readonly switches?: Partial<Switches> | undefined
  readonly faults?: ReadonlyArray<Fault> | undefined
  /** How many calls, deliveries and fetches are remembered. Default 20,000 each. */
  readonly history?: number | undefined
}

/** What the chat page shows of one chat. */
export interface ChatView {
  readonly id: string
  readonly type: "PRIVATE" | "GROUP"
  readonly typing: boolean
  readonly messages: ReadonlyArray<ChatMessage>
}

/** Everything that the chat page shows of one bot. */
export interface Snapshot {
  readonly bot: EmulatedBot
  readonly webhook: { readonly url: string } | null
  readonly users: ReadonlyArray<EmulatedUser>
  readonly groups: ReadonlyArray<EmulatedGroup>
  readonly chats: ReadonlyArray<ChatView>
}

/**
 * A Zalo in memory: people who write, a Bot API that answers them, webhooks, and everything that can go wrong.
 *
 * It follows `zalo-bot-api.md` and shares no code with this project's own client, so that a mistake is not made twice.
 * Wherever a bot is asked for, the first one is meant when none is named.
 *
 * **Gotchas** A group is open to its bot from the start; a person is only once they wrote (`Switches.strangers`).
 */
export class EmulatedZalo extends Context.Service<
  EmulatedZalo,
  {
    /** Adds a bot, or renames the one whose token this is. The first one is the default of everything here. */
    addBot(options: BotOptions): Effect.Effect<EmulatedBot>
    /** The old token is refused from now on (`zalo-bot-api.md` §2.1). */
    resetToken(botId: string, token: string): Effect.Effect<void>
    readonly bots: Effect.Effect<ReadonlyArray<EmulatedBot>>
    addUser(name: string): Effect.Effect<EmulatedUser>
    /** `members` are user ids. */
    addGroup(name: string, members: ReadonlyArray<string>): Effect.Effect<EmulatedGroup>
    /** `addUser` and `addGroup` without an Effect: they only touch memory. */
    addUserUnsafe(name: string): EmulatedUser
    addGroupUnsafe(name: string, members: ReadonlyArray<string>): EmulatedGroup
    /** The first person of that name, such as one who was here from the start. */
    findUserUnsafe(name: string): EmulatedUser | undefined
    /** A person writes. Gives the message's id. The update is on its way when this returns; delivery goes on by itself. */
    inject(message: Inject): Effect.Effect<string>
    /** Delivers this body as it is: for updates that no Zalo should send. */
    injectRaw(body: unknown, options?: { readonly bot?: string; readonly chat?: string }): Effect.Effect<void>
    /** An event with a name of your own, about a message (its fields) or, as when a bot joins a group, about none. */
    injectEvent(name: string, message?: Json, options?: { readonly bot?: string }): Effect.Effect<void>
    /** Everything that the bot sent to this chat, in order. */
    hears(chat: string, options?: { readonly bot?: string }): Effect.Effect<ReadonlyArray<ChatMessage>>
    /** The bot's message number `index` (from 0) in this chat, as soon as there is one. */
    awaitSent(chat: string, index: number, options?: { readonly bot?: string }): Effect.Effect<ChatMessage>
    /** Both directions, in order. */
    transcript(chat: string, options?: { readonly bot?: string }): Effect.Effect<ReadonlyArray<ChatMessage>>
    snapshot(options?: { readonly bot?: string; readonly limit?: number }): Effect.Effect<Snapshot | undefined>
    /** The calls of the Bot API so far, those that still wait included. */
    readonly calls: Effect.Effect<ReadonlyArray<Call>>
    /** Requests to webhooks, probes included. */
    readonly deliveries: Effect.Effect<ReadonlyArray<Delivery>>
    readonly photoFetches: Effect.Effect<ReadonlyArray<PhotoFetch>>
    /** Updates that wait for a poll. */
    pending(options?: { readonly bot?: string }): Effect.Effect<number>
    /** What happens from now on. A reader that falls 4,096 events behind loses the oldest. */
    readonly events: Stream.Stream<SandboxEvent>
    readonly switches: Effect.Effect<Switches>
    set(switches: Partial<Switches>): Effect.Effect<void>
    /** Those that can still happen. */
    readonly faults: Effect.Effect<ReadonlyArray<Fault>>
    /** Adds a fault; those before it are asked first. */
    fault(fault: Fault): Effect.Effect<void>
    readonly clearFaults: Effect.Effect<void>
    /** Answers one request of the Bot API: what the routes are made of. */
    answer(token: string, method: string, params: Json): Effect.Effect<Reply>
  }
>()("zalo-effect/sandbox/EmulatedZalo") {
  /** Its requests to webhooks and for photos go out through the given client. */
  static readonly layer = (
    options: EmulatedZaloOptions = {}
  ): Layer.Layer<EmulatedZalo, never, HttpClient.HttpClient> => Layer.effect(EmulatedZalo, make(options))
}

const make = Effect.fnUntraced(function* (options: EmulatedZaloOptions) {
  const client = yield* HttpClient.HttpClient
  const scope = yield* Effect.scope
  const world = makeWorld({
    seed: options.seed ?? "zalo",
    history: options.history ?? 20_000,
    switches: options.switches ?? {},
    faults: options.faults ?? []
  })
  const courier = makeCourier(world, client, scope)
  const methods = yield* makeMethods(world, client, courier, scope)
  const people = makePeople(world)
  const answer = makeAnswering(world, people.byToken, methods, scope)
  for (const bot of options.bots ?? []) people.addBot(bot)
  for (const user of options.people?.users ?? []) world.users.set(user.id, user)
  for (const group of options.people?.groups ?? []) world.groups.set(group.id, group)

  const withBot = <A>(id: string | undefined, f: (bot: BotState) => A): Effect.Effect<A | undefined> =>
    Effect.sync(() => {
      const bot = people.bot(id)
      return bot === undefined ? undefined : f(bot)
    })
  const orDie = (id: string | undefined): Effect.Effect<BotState> => {
    const bot = people.bot(id)
    return bot === undefined ? Effect.die(new Error(`this Zalo has no bot ${id ?? ""}`)) : Effect.succeed(bot)
  }

  const inject = Effect.fn("EmulatedZalo.inject")(function* (message: Inject) {
    const bot = yield* orDie(message.bot)
    const now = yield* Clock.currentTimeMillis
    const { messageId, update } = people.write(bot, message, now)
    if (update !== undefined) yield* courier.dispatch(bot, update)
    return messageId
  })

  const injectRaw = Effect.fn("EmulatedZalo.injectRaw")(function* (
    body: unknown,
    where?: { readonly bot?: string; readonly chat?: string }
  ) {
    const bot = yield* orDie(where?.bot)
    yield* courier.dispatch(bot, { body, chat: where?.chat, messageId: undefined })
  })

  const awaitSent = Effect.fn("EmulatedZalo.awaitSent")(function* (
    chatId: string,
    index: number,
    where?: { readonly bot?: string }
  ) {
    const chat = chatOf(yield* orDie(where?.bot), chatId)
    for (;;) {
      const message = chat.sent[index]
      if (message !== undefined) return message
      const watcher = Deferred.makeUnsafe<void>()
      chat.watchers.add(watcher)
      yield* Deferred.await(watcher).pipe(Effect.ensuring(Effect.sync(() => chat.watchers.delete(watcher))))
    }
  })

  const events = Stream.callback<SandboxEvent>(
    (queue) =>
      Effect.acquireRelease(
        Effect.sync(() => {
          const listener = (event: SandboxEvent) => void Queue.offerUnsafe(queue, event)
          world.listeners.add(listener)
          return listener
        }),
        (listener) => Effect.sync(() => world.listeners.delete(listener))
      ),
    { bufferSize: 4096, strategy: "sliding" }
  )

  return EmulatedZalo.of({
    addBot: (bot) => Effect.sync(() => people.addBot(bot)),
    resetToken: (id, token) => Effect.asVoid(withBot(id, (bot) => people.setToken(bot, token))),
    bots: Effect.sync(() => Array.from(world.bots.values(), ({ bot }) => bot)),
    addUser: (name) => Effect.sync(() => people.addUser(name)),
    addGroup: (name, members) => Effect.sync(() => people.addGroup(name, members)),
    addUserUnsafe: people.addUser,
    findUserUnsafe: (name) => Array.from(world.users.values()).find((user) => user.name === name),
    addGroupUnsafe: people.addGroup,
    inject,
    injectRaw,
    injectEvent: (name, message, where) => injectRaw(strangeEvent(name, message), where),
    hears: (chat, where) =>
      Effect.map(
        withBot(where?.bot, (bot) => bot.chats.get(chat)?.sent.slice()),
        (sent) => sent ?? []
      ),
    awaitSent,
    transcript: (chat, where) =>
      Effect.map(
        withBot(where?.bot, (bot) => bot.chats.get(chat)?.messages.slice()),
        (messages) => messages ?? []
      ),
    snapshot: (where) => withBot(where?.bot, (bot) => people.snapshot(bot, where?.limit ?? 500)),
    calls: Effect.sync(() => world.calls.all().map((call) => ({ ...call }))),
    deliveries: Effect.sync(world.deliveries.all),
    photoFetches: Effect.sync(world.photoFetches.all),
    pending: (where) =>
      Effect.map(
        withBot(where?.bot, (bot) => bot.pending.length),
        (count) => count ?? 0
      ),
    events,
    switches: Effect.sync(() => world.switches),
    set: (switches) =>
      Effect.sync(() => {
        world.switches = { ...world.switches, ...switches }
      }),
    faults: Effect.sync(() =>
      world.faults.filter(({ fault, fired }) => fired < (fault.times ?? Infinity)).map(({ fault }) => fault)
    ),
    fault: (fault) => Effect.sync(() => void world.faults.push(armed(fault))),
    clearFaults: Effect.sync(() => {
      world.faults = []
    }),
    answer
  })
})
