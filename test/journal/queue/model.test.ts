import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as fc from "fast-check"
import { Inbox } from "../../../src/journal/Inbox.ts"
import type { OutboxRow } from "../../../src/journal/OutboxRow.ts"
import { Queue } from "../../../src/journal/queue/Queue.ts"
import {
  claims,
  ends,
  type In,
  inboxRows,
  lane,
  operator,
  type Out,
  outboxRows,
  received,
  refused,
  repairs,
  sent,
  settles,
  start,
  store,
  unclear
} from "./kit.ts"
import { suiteStore } from "../storeAt.ts"

const chats = ["a", "b"] as const
const chat = fc.constantFrom(...chats)
const which = fc.nat({ max: 20 })
const dryRun = fc.boolean()
const settlements = {
  sent,
  refused,
  unclear,
  instead: { ...refused, instead: { _tag: "Text", text: "plain" }, skipRest: false },
  later: { _tag: "Retry", nextAt: start, detail: "429" }
} as const

type Command =
  | { readonly do: "receive" | "begin" | "claim"; readonly chat: string }
  | { readonly do: "end"; readonly chat: string; readonly replies: number }
  | { readonly do: "settle"; readonly chat: string; readonly how: keyof typeof settlements }
  | {
      readonly do: "retry" | "drop" | "force" | "mark-sent" | "resend" | "give-up"
      readonly side: "in" | "out"
      readonly n: number
      readonly dryRun: boolean
    }
  | { readonly do: "retry-all" | "drop-all"; readonly dryRun: boolean }
  | { readonly do: "prune"; readonly dryRun: boolean; readonly dead: boolean }

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constantFrom("receive", "begin", "claim", "claim"), chat }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("end"), chat, replies: fc.integer({ min: -1, max: 3 }) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("settle"),
      chat,
      how: fc.constantFrom("sent", "refused", "unclear", "instead", "later")
    })
  },
  {
    weight: 9,
    arbitrary: fc.record({
      do: fc.constantFrom("retry", "drop", "force", "mark-sent", "resend", "give-up"),
      side: fc.constantFrom("in", "out"),
      n: which,
      dryRun
    })
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("retry-all", "drop-all"), dryRun }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("prune"), dryRun, dead: fc.boolean() }) }
)

interface World {
  received: number
  /** What the gateway is sending, by chat. */
  readonly sending: Map<string, OutboxRow>
  /** Rows whose turn has begun. */
  readonly running: Set<number>
  /** Rows that Zalo has taken. */
  readonly sent: Set<number>
}

const perform = (world: World, step: Command) =>
  Effect.gen(function* () {
    const queue = yield* Queue
    const inbox = yield* Inbox
    switch (step.do) {
      case "receive":
        world.received++
        yield* received(step.chat, `m${world.received}`)
        return 0
      case "begin": {
        const head = yield* inbox.head(lane(step.chat))
        if (Option.isSome(head) && Option.isSome(yield* inbox.begin(head.value, start)))
          world.running.add(head.value.seq)
        return 0
      }
      case "end": {
        const head = yield* inbox.head(lane(step.chat))
        if (Option.isNone(head)) return 0
        if (step.replies < 0) yield* ends(step.chat, "dead", "agent-failed")
        else
          yield* ends(
            step.chat,
            "done",
            null,
            Array.from({ length: step.replies }, (_, i) => `reply ${i}`)
          )
        world.running.delete(head.value.seq)
        return 0
      }
      case "claim": {
        if (world.sending.has(step.chat)) return 0
        const oldest = (yield* outboxRows).find((row) => row.chat === step.chat && row.state === "queued")
        const row = yield* claims(step.chat)
        // Always the oldest, and never what was sent.
        assert.strictEqual(row?.id, oldest === undefined ? undefined : String(oldest.id))
        if (row === undefined) return 0
        assert.isFalse(world.sent.has(Number(row.id)), `out:${row.id} was sent already`)
        world.sending.set(step.chat, row)
        return 0
      }
      case "settle": {
        const row = world.sending.get(step.chat)
        if (row === undefined) return 0
        yield* settles(row, settlements[step.how])
        world.sending.delete(step.chat)
        if (step.how === "sent") world.sent.add(Number(row.id))
        return 0
      }
      case "retry-all":
      case "drop-all": {
        const options = { ...operator, dryRun: step.dryRun }
        const { changed } = yield* step.do === "retry-all" ? queue.retryAll({}, options) : queue.dropAll({}, options)
        return step.dryRun ? 0 : changed.length
      }
      case "prune":
        yield* queue.prune({
          before: start + 1,
          dryRun: step.dryRun,
          ...(step.dead ? { states: ["dead", "unknown"] } : {})
        })
        return 0
      default: {
        const names =
          step.side === "in"
            ? (yield* inboxRows).map((row) => `in:shop/${row.message_id}`)
            : (yield* outboxRows).map((row) => `out:${row.id}`)
        const id = names[step.n % Math.max(1, names.length)]
        if (id === undefined) return 0
        const options = { ...operator, dryRun: step.dryRun }
        const repaired = yield* repairOf(queue, step.do, id, options).pipe(
          Effect.catchTag("QueueError", () => Effect.succeed([]))
        )
        if (step.dryRun) return 0
        for (const one of repaired) if (one.state === "sent") world.sent.add(Number(one.id.slice(4)))
        return repaired.length
      }
    }
  })

const repairOf = (
  queue: Queue["Service"],
  what: "retry" | "drop" | "force" | "mark-sent" | "resend" | "give-up",
  id: string,
  options: typeof operator & { readonly dryRun: boolean }
) => {
  switch (what) {
    case "retry":
      return queue.retry(id, options)
    case "drop":
      return queue.drop(id, options)
    case "force":
      return queue.drop(id, { ...options, force: true })
    case "mark-sent":
      return queue.resolve(id, { _tag: "Sent" }, options)
    case "resend":
      return queue.resolve(id, { _tag: "Resend" }, options)
    case "give-up":
      return queue.resolve(id, { _tag: "Drop" }, options)
  }
}

interface Held {
  readonly inbox: ReadonlyArray<In>
  readonly outbox: ReadonlyArray<Out>
}

const held = Effect.all({ inbox: inboxRows, outbox: outboxRows })
const mayGo = ({ reason, state }: { readonly state: string; readonly reason: string | null }, dead: boolean) =>
  ["done", "ignored", "sent", "skipped"].includes(state) ||
  (state === "dead" && (dead || reason === "dropped")) ||
  (dead && state === "unknown")

/** What must hold whatever happens. */
const check = (world: World, step: Command, before: Held, after: Held) => {
  const isGateway = ["receive", "begin", "end", "claim", "settle"].includes(step.do)
  const rows = new Map(after.outbox.map((row) => [row.id, row]))
  const messages = new Map(after.inbox.map((row) => [row.seq, row]))
  for (const row of before.inbox) {
    const now = messages.get(row.seq)
    if (now === undefined) assert.isTrue(step.do === "prune" && mayGo(row, step.dead), `in:${row.message_id} is lost`)
    else {
      assert.deepStrictEqual([now.chat, now.message_id], [row.chat, row.message_id])
      // A turn that runs is nobody's but the gateway's, unless it is dropped by force.
      if (!isGateway && step.do !== "force" && world.running.has(row.seq) && row.state === "pending") {
        assert.deepStrictEqual(now, row)
      }
    }
  }
  for (const row of before.outbox) {
    const now = rows.get(row.id)
    if (now === undefined) {
      assert.isTrue(step.do === "prune" && mayGo(row, step.dead), `out:${row.id} (${row.state}) is lost`)
      continue
    }
    // Its place never changes, so that order holds whatever is retried.
    assert.deepStrictEqual([now.seq, now.chat, now.inbox_seq], [row.seq, row.chat, row.inbox_seq])
    if (row.state === "sent") assert.strictEqual(now.state, "sent")
    if (!isGateway && row.state === "sending") assert.deepStrictEqual(now, row)
  }
  for (const { inbox_seq } of after.outbox) {
    if (inbox_seq !== null) assert.isTrue(messages.has(inbox_seq), "an answer outlived its message")
  }
  if ("dryRun" in step && step.dryRun) assert.deepStrictEqual(after, before)
}

it.effect(
  "no repair loses a row, breaks the order of a chat, sends twice what was sent, or goes without evidence",
  () =>
    Effect.promise(() =>
      fc.assert(
        fc.asyncProperty(fc.array(command, { minLength: 20, maxLength: 80, size: "max" }), (steps) =>
          Effect.runPromise(
            Effect.gen(function* () {
              const world: World = { received: 0, sending: new Map(), running: new Set(), sent: new Set() }
              let evidence = 0
              for (const step of steps) {
                const before = yield* held
                const changed = yield* perform(world, step)
                const after = yield* held
                check(world, step, before, after)
                if (step.do === "prune") evidence = (yield* repairs).length
                evidence += changed
                assert.lengthOf(yield* repairs, evidence)
              }
            }).pipe(Effect.provide(store()))
          )
        ),
        // A server is asked some hundred times in each.
        { numRuns: suiteStore === undefined ? 60 : 10 }
      )
    )
)
