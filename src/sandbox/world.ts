import * as Deferred from "effect/Deferred"
import * as Exit from "effect/Exit"
import { makeGenerator, type Generator } from "./ids.ts"
import type { Call, ChatMessage, Delivery, EmulatedBot, EmulatedGroup, EmulatedUser } from "./model.ts"
import type { PhotoFetch, SandboxEvent } from "./model.ts"
import { makeHistory, type History } from "./history.ts"
import { defaultSwitches, type Fault, type Switches } from "./settings.ts"

/** An update as it goes over the wire, and what is remembered about it. */
export interface Update {
  readonly body: unknown
  readonly chat: string | undefined
  readonly messageId: string | undefined
}

/** A poll that waits. `given` is what it got: a poll that timed out at that very moment still answers with it. */
export interface Waiter {
  readonly done: Deferred.Deferred<void>
  given: Update | undefined
}

export interface ChatState {
  readonly id: string
  readonly messages: Array<ChatMessage>
  /** The messages of the bot, in order. */
  readonly sent: Array<ChatMessage>
  /** Whether the bot may write here: somebody wrote first. */
  known: boolean
  typing: boolean
  /** Those who wait for the bot's next message. */
  readonly watchers: Set<Deferred.Deferred<void>>
}

export interface Webhook {
  readonly url: string
  readonly secret: string
  readonly updatedAt: number
}

export interface BotState {
  bot: EmulatedBot
  token: string
  readonly chats: Map<string, ChatState>
  webhook: Webhook | undefined
  readonly pending: Array<Update>
  /** The updates last handed out: what `replays` hands out again. */
  readonly given: Array<Update>
  replayed: number
  readonly waiters: Array<Waiter>
  /** When the polls of the last second came. */
  polls: Array<number>
}

export interface FaultState {
  readonly fault: Fault
  passed: number
  fired: number
}

export type CallRecord = { -readonly [K in keyof Call]: Call[K] }

/** Everything that this Zalo knows, in memory. Plain data and plain steps: what needs time or the network is elsewhere. */
export interface World {
  readonly generator: Generator
  readonly bots: Map<string, BotState>
  readonly users: Map<string, EmulatedUser>
  readonly groups: Map<string, EmulatedGroup>
  readonly calls: History<CallRecord>
  readonly deliveries: History<Delivery>
  readonly photoFetches: History<PhotoFetch>
  readonly listeners: Set<(event: SandboxEvent) => void>
  switches: Switches
  faults: Array<FaultState>
}

export const makeWorld = (options: {
  readonly seed: string
  readonly history: number
  readonly switches: Partial<Switches>
  readonly faults: ReadonlyArray<Fault>
}): World => ({
  generator: makeGenerator(options.seed),
  bots: new Map(),
  users: new Map(),
  groups: new Map(),
  calls: makeHistory(options.history),
  deliveries: makeHistory(options.history),
  photoFetches: makeHistory(options.history),
  listeners: new Set(),
  switches: { ...defaultSwitches, ...options.switches },
  faults: options.faults.map(armed)
})

export const armed = (fault: Fault): FaultState => ({ fault, passed: 0, fired: 0 })

export const tell = (world: World, event: SandboxEvent): void => {
  for (const listener of world.listeners) listener(event)
}

export const chatOf = (bot: BotState, id: string): ChatState => {
  const known = bot.chats.get(id)
  if (known !== undefined) return known
  const chat: ChatState = { id, messages: [], sent: [], known: false, typing: false, watchers: new Set() }
  bot.chats.set(id, chat)
  return chat
}

/** Puts a message into a chat and tells everybody who looks on. */
export const write = (world: World, bot: BotState, chat: ChatState, message: ChatMessage): void => {
  chat.messages.push(message)
  if (message.direction === "in") chat.known = true
  if (message.shown) tell(world, { type: "message", bot: bot.bot.id, chat: chat.id, message })
  if (message.direction === "in") return
  chat.sent.push(message)
  setTyping(world, bot, chat, false)
  // Who is told goes on at once, and may wait again before the next one is told.
  const watchers = Array.from(chat.watchers)
  chat.watchers.clear()
  for (const watcher of watchers) Deferred.doneUnsafe(watcher, Exit.void)
}

export const setTyping = (world: World, bot: BotState, chat: ChatState, on: boolean): void => {
  if (chat.typing === on) return
  chat.typing = on
  tell(world, { type: "typing", bot: bot.bot.id, chat: chat.id, on })
}
