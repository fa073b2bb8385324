import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { AccessPolicies } from "../../src/access/AccessPolicies.ts"
import { Gate } from "../../src/access/Gate.ts"
import { accessMigrations } from "../../src/access/migrations.ts"
import { Pairing } from "../../src/access/Pairing.ts"
import { PairingRepo } from "../../src/access/PairingRepo.ts"
import { AccountId, ChatId, MessageId, SenderId } from "../../src/domain/ids.ts"
import type { AccessPolicy } from "../../src/domain/Policy.ts"
import { Content, type InboundMessage } from "../../src/domain/Update.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { journalMigrations } from "../../src/journal/migrations.ts"
import { Outbox } from "../../src/journal/Outbox.ts"
import { storeAt } from "../journal/storeAt.ts"

export const shop = AccountId.make("shop")
export const bank = AccountId.make("bank")

export const policyOf = (changes: Partial<AccessPolicy> = {}): AccessPolicy => ({
  dmPolicy: "pairing",
  allowFrom: [],
  groupPolicy: "allowlist",
  groupAllowFrom: [],
  requireMention: false,
  language: "en",
  pairing: { ttl: Duration.hours(1), maxPending: 100, owners: [], replay: false },
  ...changes
})

export interface Said {
  readonly account?: AccountId
  readonly name?: string
  readonly bot?: boolean
  readonly group?: string
  readonly content?: Content
  readonly text?: string
}

/** One message of a sender: direct unless a group is named. */
export const messageOf = (sender: string, said: Said = {}): InboundMessage => ({
  account: said.account ?? shop,
  id: MessageId.make(`m-${sender}`),
  chat:
    said.group === undefined
      ? { id: ChatId.make(sender), type: "PRIVATE" }
      : { id: ChatId.make(said.group), type: "GROUP" },
  sender: { id: SenderId.make(sender), displayName: said.name ?? "Lan", isBot: said.bot ?? false },
  sentAt: DateTime.makeUnsafe(0),
  content: said.content ?? Content.cases.Text.make({ text: said.text ?? "chào" })
})

/** The policies of all accounts, to be changed while a test runs. */
export class Policy extends Context.Service<Policy, Ref.Ref<AccessPolicy>>()("test/access/Policy") {}

/** Other bytes each time, the same in each run. */
export const countingRandom = (): SecureRandom.SecureRandom["Service"] => {
  let n = 0
  return SecureRandom.make((size) => {
    n++
    return Uint8Array.from({ length: size }, (_, i) => Math.floor(n / 32 ** i) % 32)
  })
}

const policies = Layer.effect(
  AccessPolicies,
  Effect.map(Policy, (policy) => ({
    of: () =>
      Effect.map(Ref.get(policy), (current) => ({
        policy: current,
        botName: Option.some("Bot Shop"),
        approveCommand: (code: string) => `zalo-effect pairing approve zalo ${code}`
      }))
  }))
)

/** What one process has: its own connections to the file. */
export const processOn = (filename: string, policy: Partial<AccessPolicy> = {}) =>
  Layer.mergeAll(Pairing.layer, Gate.layer).pipe(
    Layer.provideMerge(PairingRepo.layerSql),
    Layer.provideMerge(Outbox.layerSql),
    Layer.provideMerge(storeAt({ filename, migrations: { ...journalMigrations, ...accessMigrations }, migrate: true })),
    Layer.provide(policies),
    Layer.provideMerge(Layer.effect(Policy, Ref.make(policyOf(policy)))),
    Layer.provide(Layer.sync(SecureRandom.SecureRandom, countingRandom)),
    Layer.orDie
  )

export const inMemory = (policy: Partial<AccessPolicy> = {}) => processOn(":memory:", policy)

/** A database file for one test. */
export const temporaryFile = Effect.map(
  Effect.acquireRelease(
    Effect.sync(() => fs.mkdtempSync(path.join(os.tmpdir(), "zalo-effect-access-"))),
    (directory) => Effect.sync(() => fs.rmSync(directory, { recursive: true, force: true }))
  ),
  (directory) => path.join(directory, "store.db")
)

/** What the pipeline does with a message: judge it, and end it in one transaction. Answers the rule or the reason. */
export const says = (sender: string, said: Said = {}) =>
  Effect.gen(function* () {
    const message = messageOf(sender, said)
    const journal = yield* Journal
    const repo = yield* PairingRepo
    while (true) {
      const verdict = yield* Gate.use((gate) => gate.judge(message))
      if (verdict._tag === "Allow") return verdict.rule
      const settled = yield* journal.write(repo.settleUnit(message, verdict))
      if (settled !== "judge-again") return settled
    }
  })

/** Texts handed to the outbox for a chat, oldest first. */
export const heard = (chat: string) =>
  Effect.gen(function* () {
    const { query, read } = yield* Journal
    const rows = yield* query(
      read<{ payload: string }>`SELECT payload FROM outbox WHERE chat = ${chat} ORDER BY seq, id`
    )
    return rows.map((row) => row.payload)
  })

/** Ends the newest send to a chat in a state. */
export const lastSendEnds = (chat: string, state: "sent" | "dead" | "skipped" | "unknown" | "sending") =>
  Effect.gen(function* () {
    const { sql, write } = yield* Journal
    yield* write(sql`UPDATE outbox SET state = ${state} WHERE id = (SELECT MAX(id) FROM outbox WHERE chat = ${chat})`)
  })

/** The one code that waits for a sender. */
export const codeOf = (sender: string) =>
  Pairing.use((desk) => desk.list()).pipe(
    Effect.map((requests) => requests.find((request) => request.senderId === sender)?.code ?? "none")
  )
