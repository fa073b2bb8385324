import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as fc from "fast-check"
import { ChatId } from "../../src/domain/ids.ts"
import { InboxReason, InboxState, OutboxReason, OutboxState } from "../../src/domain/reasons.ts"
import { Inbox } from "../../src/journal/Inbox.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { Outbox } from "../../src/journal/Outbox.ts"
import type { Settlement } from "../../src/journal/OutboxRow.ts"
import { admission, lane, shop } from "./kit.ts"
import { append, claimable, emptyModel, headOf, type Model, openOf, type OutboxEntry, settle } from "./model.ts"
import { aProcess, type Process } from "./process.ts"

const chats = ["a", "b", "c"] as const
const chat = fc.constantFrom(...chats)

type Command =
  | { readonly do: "admit"; readonly id: number }
  | { readonly do: "finish"; readonly chat: string; readonly replies: number }
  | { readonly do: "fail"; readonly chat: string; readonly noticed: boolean }
  | { readonly do: "giveBack"; readonly chat: string }
  | { readonly do: "die"; readonly chat: string }
  | { readonly do: "claim"; readonly chat: string }
  | { readonly do: "settle"; readonly chat: string; readonly how: string }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "crash" }

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("admit" as const), id: fc.nat({ max: 30 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("finish" as const), chat, replies: fc.nat({ max: 3 }) })
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("fail" as const), chat, noticed: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("giveBack" as const), chat }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("die" as const), chat }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("claim" as const), chat }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("settle" as const),
      chat,
      how: fc.constantFrom("sent", "no-id", "retry", "again", "hold", "dead", "instead", "unauthorized", "release")
    })
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.nat({ max: 2_000 }) }) },
  { weight: 1, arbitrary: fc.constant({ do: "crash" as const }) }
)

const settlementOf = (how: string, now: number): Settlement => {
  switch (how) {
    case "sent":
      return { _tag: "Sent", messageId: "zalo-1" }
    case "no-id":
      return { _tag: "Sent", messageId: null }
    case "retry":
      return { _tag: "Retry", nextAt: now + 700, detail: "429" }
    case "again":
      return { _tag: "Unknown", reason: "timeout", again: now + 300, detail: "?" }
    case "hold":
      return { _tag: "Unknown", reason: "connection-lost", again: null, detail: "?" }
    case "dead":
      return { _tag: "Dead", reason: "refused", detail: "no", instead: null, skipRest: true }
    case "instead":
      return {
        _tag: "Dead",
        reason: "refused",
        detail: "no",
        instead: { _tag: "Text", text: "words" },
        skipRest: false
      }
    case "unauthorized":
      return { _tag: "Unauthorized", detail: "401" }
    default:
      return { _tag: "Release" }
  }
}

const allow = { photo: 200, other: 100 }

const perform = (model: Model, process: Process, step: Command) =>
  Effect.gen(function* () {
    const inbox = yield* Inbox
    const outbox = yield* Outbox
    const { write } = yield* Journal
    const { now } = model
    const owner = `process ${process.owner}`
    switch (step.do) {
      case "admit": {
        const id = `m${step.id}`
        const where = chats[step.id % chats.length] ?? "a"
        const known = model.inbox.find((entry) => entry.id === id)
        const fresh = yield* inbox.admit(admission(where, id, { body: `${id}\0`, receivedAt: now }))
        assert.strictEqual(fresh, known === undefined)
        if (known !== undefined) known.duplicates++
        else {
          const entry = {
            id,
            chat: where,
            state: "pending" as const,
            attempts: 0,
            starts: 0,
            nextAt: null,
            duplicates: 0
          }
          model.inbox.push(entry)
        }
        return
      }
      case "finish":
      case "fail":
      case "giveBack":
      case "die": {
        const expected = headOf(model, step.chat)
        const head = yield* inbox.head(lane(step.chat))
        assert.strictEqual(Option.getOrUndefined(head)?.messageId, expected?.id)
        if (Option.isNone(head) || expected === undefined) return
        const begun = Option.getOrThrow(yield* inbox.begin(head.value, now))
        expected.starts++
        assert.deepStrictEqual([begun.starts, begun.attempts], [expected.starts, expected.attempts])
        if (step.do === "giveBack") {
          yield* inbox.giveBack(begun)
          expected.starts--
        } else if (step.do === "fail") {
          yield* write(inbox.failUnit(begun, { nextAt: now + 500, detail: "x", noticed: step.noticed }))
          Object.assign(expected, { attempts: expected.attempts + 1, starts: 0, nextAt: now + 500 })
        } else if (step.do === "die") {
          yield* write(inbox.endUnit(begun, { state: "dead", reason: "agent-failed", failed: true, now }))
          Object.assign(expected, { state: "dead", attempts: expected.attempts + 1, nextAt: null })
        } else {
          const turn = `shop:${expected.id}`
          const texts = Array.from({ length: step.replies }, (_, n) => `${expected.id}/${n}`)
          const rows = texts.map((text) => ({
            account: shop,
            chat: ChatId.make(step.chat),
            origin: "turn" as const,
            turn,
            payload: { _tag: "Text" as const, text }
          }))
          yield* write(
            Effect.andThen(outbox.appendUnit(rows, now), inbox.endUnit(begun, { state: "done", reason: null, now }))
          )
          Object.assign(expected, { state: "done", nextAt: null })
          for (const text of texts) append(model, step.chat, turn, text)
          // A second end changes nothing: the row does not wait any more.
          assert.isTrue(Option.isNone(yield* inbox.begin(begun, now)))
        }
        return
      }
      case "claim": {
        const expected = claimable(model, step.chat)
        assert.strictEqual(yield* outbox.isDue(lane(step.chat), now), expected !== undefined)
        const claimed = yield* write(outbox.claimUnit(lane(step.chat), { owner, now, allow }))
        assert.strictEqual(Option.isSome(claimed), expected !== undefined)
        if (Option.isNone(claimed) || expected === undefined) return
        expected.state = "sending"
        expected.calls.push(null)
        const { payload } = claimed.value
        assert.strictEqual(payload._tag === "Text" && payload.text, expected.text)
        assert.strictEqual(claimed.value.attempts, expected.calls.length)
        assert.strictEqual(claimed.value.deadline, now + allow.other)
        return
      }
      case "settle": {
        const expected = openOf(model, step.chat)
        if (expected?.state !== "sending") return
        const row = (yield* outbox.orphans(shop, ["nobody"], now)).find((one) => one.chat === step.chat)
        if (row === undefined) return assert.fail("the row that is being sent is not there")
        const settlement = settlementOf(step.how, now)
        yield* write(outbox.settleUnit(row, settlement, now))
        settle(model, expected, settlement)
        assert.strictEqual(yield* write(outbox.openUnit(lane(step.chat))), openOf(model, step.chat) !== undefined)
        return
      }
      case "wait":
        model.now += step.ms
        return
      case "crash": {
        yield* process.restart
        yield* process.run(
          Effect.gen(function* () {
            const revived = yield* Outbox
            const journal = yield* Journal
            const orphans = yield* revived.orphans(shop, [`process ${process.owner}`], now)
            const lost = model.outbox.filter((entry) => entry.state === "sending")
            assert.strictEqual(orphans.length, lost.length)
            for (const row of orphans) {
              const settlement: Settlement = { _tag: "Unknown", reason: "interrupted", again: now + 10, detail: "gone" }
              yield* journal.write(revived.settleUnit(row, settlement, now))
              const entry = lost.find((one) => one.chat === row.chat)
              if (entry !== undefined) settle(model, entry, settlement)
            }
          })
        )
      }
    }
  })

const isInboxState = Schema.is(InboxState)
const isInboxReason = Schema.is(Schema.NullOr(InboxReason))
const isOutboxState = Schema.is(OutboxState)
const isOutboxReason = Schema.is(Schema.NullOr(OutboxReason))

interface StoredInbox {
  readonly message_id: string
  readonly chat: string
  readonly state: string
  readonly reason: string | null
  readonly attempts: number
  readonly starts: number
  readonly next_at: number | null
  readonly duplicates: number
  readonly body: string
}
interface StoredOutbox {
  readonly id: number
  readonly chat: string
  readonly turn: string
  readonly payload: string
  readonly state: string
  readonly reason: string | null
  readonly attempts: number
  readonly unclear: number
  readonly next_at: number | null
  readonly owner: string | null
}
interface StoredAttempt {
  readonly outbox_id: number
  readonly n: number
  readonly outcome: string | null
  readonly ended_at: number | null
}

/** Everything that is stored is what the model says, and keeps what is promised. */
const compare = (model: Model) =>
  Effect.gen(function* () {
    const { query, read } = yield* Journal
    const inbox = yield* query(read<StoredInbox>`SELECT * FROM inbox ORDER BY seq`)
    assert.deepStrictEqual(
      inbox.map((row) => [row.message_id, row.chat, row.state, row.attempts, row.starts, row.next_at, row.duplicates]),
      model.inbox.map((entry) => [
        entry.id,
        entry.chat,
        entry.state,
        entry.attempts,
        entry.starts,
        entry.nextAt,
        entry.duplicates
      ])
    )
    for (const row of inbox) {
      assert.isTrue(isInboxState(row.state) && isInboxReason(row.reason))
      assert.strictEqual(row.body, `${row.message_id}\uFFFD`)
    }
    const outbox = yield* query(read<StoredOutbox>`SELECT * FROM outbox ORDER BY seq, id`)
    const expected: ReadonlyArray<OutboxEntry> = model.outbox.toSorted((a, b) => a.place - b.place)
    assert.deepStrictEqual(
      outbox.map((row) => [
        row.chat,
        row.turn,
        row.payload,
        row.state,
        row.reason,
        row.attempts,
        row.unclear,
        row.next_at
      ]),
      expected.map((entry) => [
        entry.chat,
        entry.turn,
        JSON.stringify({ _tag: "Text", text: entry.text }),
        entry.state,
        entry.reason,
        entry.calls.length,
        entry.unclear,
        entry.nextAt
      ])
    )
    const attempts = yield* query(read<StoredAttempt>`SELECT * FROM send_attempt ORDER BY outbox_id, n`)
    assert.deepStrictEqual(
      outbox.map((row) => attempts.filter((one) => one.outbox_id === row.id).map((one) => one.outcome)),
      expected.map((entry) => entry.calls)
    )
    for (const row of outbox) {
      assert.isTrue(isOutboxState(row.state) && isOutboxReason(row.reason))
      assert.strictEqual(row.owner !== null, row.state === "sending", "only what is being sent has an owner")
    }
    const turns = new Set(model.inbox.filter((entry) => entry.state === "done").map((entry) => `shop:${entry.id}`))
    assert.isTrue(
      outbox.every((row) => turns.has(row.turn)),
      "only a finished turn has replies"
    )
  })

it.live(
  "whatever happens in whatever order, the journal holds what a simple model holds, crashes included",
  () =>
    Effect.promise(() =>
      fc.assert(
        fc.asyncProperty(fc.array(command, { minLength: 10, maxLength: 60 }), (commands) =>
          Effect.gen(function* () {
            const process = yield* aProcess
            const model = emptyModel()
            for (const step of commands) yield* process.run(perform(model, process, step))
            yield* process.run(compare(model))
            yield* process.restart
            yield* process.run(compare(model))
          }).pipe(Effect.scoped, Effect.runPromise)
        ),
        { numRuns: 40 }
      )
    ),
  60_000
)
