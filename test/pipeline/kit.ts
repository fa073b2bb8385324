import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { AccessPolicies } from "../../src/access/AccessPolicies.ts"
import { Gate } from "../../src/access/Gate.ts"
import { accessMigrations } from "../../src/access/migrations.ts"
import { PairingRepo } from "../../src/access/PairingRepo.ts"
import type { AgentBridge, AgentError } from "../../src/agent/AgentBridge.ts"
import type { AccountSettings, TurnPolicy } from "../../src/domain/Account.ts"
import { AccountId, ChatId, type LaneKey, MessageId } from "../../src/domain/ids.ts"
import type { ProactivePolicy } from "../../src/domain/Proactive.ts"
import type { ReplyPart } from "../../src/domain/Reply.ts"
import type { Turn } from "../../src/domain/Turn.ts"
import { Chats } from "../../src/journal/chats/Chats.ts"
import { Inbox } from "../../src/journal/Inbox.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { journalMigrations } from "../../src/journal/migrations.ts"
import { Outbox } from "../../src/journal/Outbox.ts"
import { Media } from "../../src/media/Media.ts"
import { storeAt } from "../journal/storeAt.ts"
import { stillFor } from "../store/inFlight.ts"
import { type AccountRuntime, Accounts } from "../../src/pipeline/Accounts.ts"
import { Handoffs } from "../../src/pipeline/Handoffs.ts"
import { Instance } from "../../src/pipeline/Instance.ts"
import { Lanes } from "../../src/pipeline/Lanes.ts"
import { layerSendLanes, Pipeline } from "../../src/pipeline/Pipeline.ts"
import { Sender } from "../../src/pipeline/Sender.ts"
import { SendLanes } from "../../src/pipeline/SendLanes.ts"
import { Turns } from "../../src/pipeline/Turns.ts"
import { TurnWakes } from "../../src/pipeline/TurnWakes.ts"
import type { ZaloApi } from "../../src/zalo/ZaloApi.ts"
import * as Pace from "../../src/zalo/Pace.ts"
import { countingRandom, policyOf } from "../access/kit.ts"

export const shop = AccountId.make("shop")
export const keyOf = (chat: string): LaneKey => ({ account: shop, chat: ChatId.make(chat) })

export const turnPolicy = (changes: Partial<TurnPolicy> = {}): TurnPolicy => ({
  mode: "serial",
  window: Duration.seconds(2),
  queue: { cap: undefined, drop: "oldest" },
  attempts: 8,
  maxAge: Duration.minutes(15),
  notice: true,
  ...changes
})

export const proactiveOf = (changes: Partial<ProactivePolicy> = {}): ProactivePolicy => ({
  perMinute: 30,
  quietHours: undefined,
  reserve: 200,
  missed: "skip",
  optOut: { words: ["stop"], back: ["start"], footer: false },
  ...changes
})

export const settingsOf = (changes: Partial<AccountSettings> = {}): AccountSettings => ({
  id: shop,
  name: undefined,
  token: Redacted.make("1:abc"),
  botId: "1",
  transport: { _tag: "Polling" },
  proxy: undefined,
  access: policyOf({ dmPolicy: "open", allowFrom: ["*"] }),
  throttle: undefined,
  language: "en",
  agent: { type: "echo" },
  dmScope: "per-channel-peer",
  resetTriggers: ["/new"],
  handoff: { keywords: [], resumeKeywords: ["/bot"], resumeAfter: undefined, notice: true, onAgentFailure: false },
  streaming: "off",
  quota: 3_000,
  turns: turnPolicy(),
  outbox: { maxAge: Duration.hours(24) },
  onUnknown: "resend",
  textChunkLimit: 2_000,
  chunkMode: "length",
  render: "styles",
  markdown: { tables: "code", filterArtifacts: true },
  responsePrefix: undefined,
  mediaMaxBytes: 5_000_000,
  retention: Duration.days(30),
  media: {
    ttl: Duration.hours(24),
    hostTtl: Duration.hours(1),
    allowHosts: [],
    allowRanges: [],
    publicUrl: undefined
  },
  proactive: proactiveOf(),
  ...changes
})

/** What a test knows of the agent and can change while it runs. */
export class StubAgent {
  readonly turns: Array<Turn> = []
  answer: (turn: Turn) => Effect.Effect<ReadonlyArray<ReplyPart>, AgentError> = (turn) =>
    Effect.succeed([{ type: "text", text: `re: ${turn.message.text}` }])

  readonly bridge: AgentBridge["Service"] = {
    reply: (turn) =>
      Stream.fromIterableEffect(
        Effect.suspend(() => {
          this.turns.push(turn)
          return this.answer(turn)
        })
      )
  }
}

export interface World {
  readonly settings: AccountSettings
  readonly api: ZaloApi["Service"]
  readonly agent: AgentBridge["Service"]
  /** Whether Zalo takes the token. */
  token: "good" | "refused"
  /** The account is one of this process. */
  held: boolean
}

export const worldOf = (
  api: ZaloApi["Service"],
  agent: AgentBridge["Service"],
  changes: Partial<AccountSettings> = {}
): World => ({ settings: settingsOf(changes), api, agent, token: "good", held: true })

const layerAccounts = (world: World) =>
  Layer.effect(
    Accounts,
    Effect.map(Pace.make, (pace) => {
      const runtime: AccountRuntime = {
        settings: world.settings,
        api: world.api,
        agent: world.agent,
        pace,
        botName: Effect.succeed(Option.some("Bot Shop")),
        maySend: Effect.sync(() => world.token === "good"),
        tokenRefused: Effect.sync(() => void (world.token = "refused"))
      }
      return Accounts.of({
        get: (id) => Effect.sync(() => (world.held && id === shop ? Option.some(runtime) : Option.none())),
        all: Effect.sync(() => (world.held ? [runtime] : []))
      })
    })
  )

const layerPolicies = (world: World) =>
  Layer.succeed(AccessPolicies, {
    of: () =>
      Effect.succeed({
        policy: world.settings.access,
        botName: Option.some("Bot Shop"),
        approveCommand: (code: string) => `zalo-effect pairing approve zalo ${code}`
      })
  })

const layerStore = (filename: string) =>
  Layer.mergeAll(Inbox.layerSql, Outbox.layerSql, Chats.layerSql).pipe(
    Layer.provideMerge(storeAt({ filename, migrations: { ...journalMigrations, ...accessMigrations }, migrate: true }))
  )

/** A sender and a store, and nothing that moves by itself. */
export const senderOn = (filename: string, world: World, instance = "first") =>
  Layer.fresh(
    Sender.layer.pipe(
      Layer.provideMerge(layerStore(filename)),
      Layer.provideMerge(layerAccounts(world)),
      Layer.provide(Layer.succeed(Instance, instance)),
      Layer.provide(Media.layerNone),
      Layer.orDie
    )
  )

/** What turns need, with lanes of the outbox that only note who was woken. */
export const turnsOn = (filename: string, world: World, woken: Array<string> = []) =>
  Layer.fresh(
    Turns.layer.pipe(
      Layer.provide(TurnWakes.layer),
      Layer.provide(
        Layer.succeed(SendLanes, {
          wake: (key) => Effect.sync(() => void woken.push(key.chat)),
          search: Effect.void,
          stop: () => Effect.void,
          leave: () => Effect.void,
          enter: () => Effect.void,
          size: Effect.succeed(0)
        })
      ),
      Layer.provide(Gate.layer),
      Layer.provideMerge(PairingRepo.layerSql),
      Layer.provideMerge(layerStore(filename)),
      Layer.provide(layerPolicies(world)),
      Layer.provide(layerAccounts(world)),
      Layer.provide(Layer.sync(SecureRandom.SecureRandom, countingRandom)),
      Layer.provide(Media.layerNone),
      Layer.orDie
    )
  )

/** All of it. Each time it opens the file anew, as another process does. */
export const processOn = (filename: string, world: World, instance = "first") =>
  Layer.fresh(
    Pipeline.layer.pipe(
      Layer.provideMerge(Turns.layer),
      Layer.provideMerge(Handoffs.layer),
      Layer.provide(TurnWakes.layer),
      Layer.provideMerge(layerSendLanes),
      Layer.provideMerge(Sender.layer),
      Layer.provide(Lanes.layerLocal),
      Layer.provide(Gate.layer),
      Layer.provideMerge(PairingRepo.layerSql),
      Layer.provideMerge(layerStore(filename)),
      Layer.provide(layerPolicies(world)),
      Layer.provideMerge(layerAccounts(world)),
      Layer.provide(Layer.succeed(Instance, instance)),
      Layer.provide(Layer.sync(SecureRandom.SecureRandom, countingRandom)),
      Layer.provide(Media.layerNone),
      Layer.orDie
    )
  )

/** A message of a person, as Zalo delivers it. */
export const textUpdate = (chat: string, id: string, text: string): string =>
  JSON.stringify({
    event_name: "message.text.received",
    message: {
      message_id: id,
      date: 1_793_000_000_000,
      from: { id: `u-${chat}`, display_name: "Lan", is_bot: false },
      chat: { id: chat, chat_type: "PRIVATE" },
      text
    }
  })

/** Journals a message and announces it to nobody. */
export const admit = (chat: string, id: string, body: string = textUpdate(chat, id, id)) =>
  Inbox.use((inbox) =>
    inbox.admit({
      account: shop,
      messageId: MessageId.make(id),
      chat: ChatId.make(chat),
      receivedAt: 1_793_000_000_000,
      source: "webhook",
      body,
      state: "pending",
      reason: null
    })
  )

/** Journals a message and sets its turn going. */
export const says = (chat: string, id: string, body?: string) =>
  Effect.andThen(
    admit(chat, id, body),
    Pipeline.use((pipeline) => pipeline.admitted(keyOf(chat)))
  )

/** Appends texts to the outbox, as one reply. */
export const replies = (chat: string, texts: ReadonlyArray<string>, turn: string | null = `shop:${chat}`) =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    const { write } = yield* Journal
    const rows = texts.map((text) => ({
      account: shop,
      chat: ChatId.make(chat),
      origin: "turn" as const,
      turn,
      payload: { _tag: "Text" as const, text }
    }))
    return yield* write(outbox.appendUnit(rows, 0))
  })

/** Lets everything that needs no time happen. */
export const settled = stillFor(60)

/** Lets time pass in steps that a sweep fits in. */
export const pass = (duration: Duration.Input, step: Duration.Input = "250 millis") =>
  Effect.gen(function* () {
    const whole = Duration.toMillis(Duration.fromInputUnsafe(duration))
    const each = Duration.toMillis(Duration.fromInputUnsafe(step))
    yield* settled
    for (let at = 0; at < whole; at += each) {
      yield* TestClock.adjust(Math.min(each, whole - at))
      yield* settled
    }
  })

/** Lets time pass at once: what was asked before has its answer, and so has what then comes due. */
export const after = (duration: Duration.Input) => pass(duration, duration)

export interface InboxState {
  readonly message_id: string
  readonly state: string
  readonly reason: string | null
  readonly attempts: number
  readonly starts: number
  readonly next_at: number | null
  readonly noticed: number
  readonly detail: string | null
}

export interface OutboxState {
  readonly id: number
  readonly chat: string
  readonly turn: string | null
  readonly origin: string
  readonly kind: string
  readonly payload: string
  readonly state: string
  readonly reason: string | null
  readonly attempts: number
  readonly next_at: number | null
  readonly message_id: string | null
}

/** What the journal holds, in order. */
export const inboxRows = Journal.use(({ query, read }) => query(read<InboxState>`SELECT * FROM inbox ORDER BY seq`))
export const outboxRows = Journal.use(({ query, read }) =>
  query(read<OutboxState>`SELECT * FROM outbox ORDER BY seq, id`)
)
/** Outcomes of the calls for each outbox row, in the rows' order. */
export const outcomes = Effect.gen(function* () {
  const { query, read } = yield* Journal
  const attempts = yield* query(
    read<{ outbox_id: number; outcome: string | null }>`SELECT outbox_id, outcome FROM send_attempt ORDER BY n`
  )
  return (yield* outboxRows).map((row) =>
    attempts.filter((attempt) => attempt.outbox_id === row.id).map((attempt) => attempt.outcome)
  )
})
