import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as TestClock from "effect/testing/TestClock"
import { TurnId } from "../../../src/domain/ids.ts"
import { Inbox } from "../../../src/journal/Inbox.ts"
import { Journal } from "../../../src/journal/Journal.ts"
import { Outbox } from "../../../src/journal/Outbox.ts"
import { Queue } from "../../../src/journal/queue/Queue.ts"
import { SendCounts } from "../../../src/journal/SendCounts.ts"
import {
  claims,
  ends,
  inboxRows,
  lane,
  operator,
  outboxRows,
  received,
  refused,
  repairs,
  sends,
  sent,
  settles,
  shop,
  start,
  states,
  store,
  unclear
} from "./kit.ts"

const queue = Queue.use((desk) => Effect.succeed(desk))
const reasonOf = <A, E extends { readonly _tag: string }>(effect: Effect.Effect<A, E, Queue>) =>
  Effect.map(Effect.flip(effect), (error) => ("reason" in error ? error.reason : error._tag))

const inStore = <A, E>(test: Effect.Effect<A, E, Queue | Inbox | Outbox | Journal>): Effect.Effect<A, E> =>
  Effect.provide(Effect.andThen(TestClock.setTime(start), test), store())

describe("retry of a message", () => {
  it.effect("begins with full patience, whatever it had used up", () =>
    inStore(
      Effect.gen(function* () {
        yield* received("a", "m1")
        const inbox = yield* Inbox
        const { write } = yield* Journal
        const row = Option.getOrThrow(yield* inbox.head(lane("a")))
        for (let tries = 0; tries < 3; tries++) {
          yield* inbox.begin(row, start)
          yield* write(inbox.failUnit(row, { nextAt: start + 5_000, detail: "down", noticed: false }))
        }
        yield* ends("a", "dead", "agent-failed")
        assert.deepStrictEqual(yield* (yield* queue).retry("m1", operator), [{ id: "in:shop/m1", state: "pending" }])
        const [again] = yield* inboxRows
        assert.deepInclude(again, {
          state: "pending",
          reason: null,
          attempts: 0,
          starts: 0,
          next_at: null,
          began_at: null
        })
        const shown = yield* (yield* queue).show("in:shop/m1")
        assert.deepInclude(shown.repairs[0], {
          action: "retry",
          actor: "test",
          at: start,
          wasState: "dead",
          wasReason: "agent-failed"
        })
      })
    )
  )

  it.effect("takes the whole turn along, under its old id", () =>
    inStore(
      Effect.gen(function* () {
        for (const id of ["m1", "m2", "m3"]) yield* received("a", id)
        const inbox = yield* Inbox
        const [first, second] = yield* inbox.waiting(lane("a"), 10)
        if (first === undefined || second === undefined) return assert.fail("two messages wait")
        yield* inbox.fix([first, second], TurnId.make("shop:m1"))
        yield* ends("a", "dead", "agent-failed")
        yield* ends("a", "dead", "agent-failed")
        const retried = yield* (yield* queue).retry("in:shop/m2", operator)
        assert.deepStrictEqual(
          retried.map(({ id }) => id),
          ["in:shop/m1", "in:shop/m2"]
        )
        assert.deepStrictEqual(
          (yield* inboxRows).map(({ state, turn }) => [state, turn]),
          [
            ["pending", "shop:m1"],
            ["pending", "shop:m1"],
            ["pending", null]
          ]
        )
      })
    )
  )

  it.effect("is for dead ones only, and says where the others stand", () =>
    inStore(
      Effect.gen(function* () {
        yield* received("a", "m1")
        yield* received("b", "m2")
        yield* ends("b", "done")
        const desk = yield* queue
        assert.strictEqual(yield* reasonOf(desk.retry("in:shop/m1", operator)), "wrong-state")
        const error = yield* Effect.flip(desk.retry("in:shop/m2", operator))
        assert.match(error.message, /in:shop\/m2 is done since 20.*only dead messages/)
        assert.lengthOf(yield* repairs, 0)
      })
    )
  )
})

describe("retry of a send", () => {
  it.effect("sends what is left of the reply in order, behind what was sent of it", () =>
    inStore(
      Effect.gen(function* () {
        yield* received("a", "m1")
        yield* ends("a", "done", null, ["one", "two", "three", "four"])
        yield* sends("a", sent)
        yield* sends("a", refused)
        assert.deepStrictEqual(yield* states("a"), ["sent", "dead", "skipped", "skipped"])
        const retried = yield* (yield* queue).retry("out:3", operator)
        assert.deepStrictEqual(
          retried.map(({ id }) => id),
          ["out:2", "out:3", "out:4"]
        )
        const order: Array<string> = []
        for (let n = 0; n < 3; n++) order.push((yield* sends("a", sent)).id)
        assert.deepStrictEqual(order, ["2", "3", "4"])
        assert.isUndefined(yield* claims("a"))
        assert.deepStrictEqual(yield* states("a"), ["sent", "sent", "sent", "sent"])
      })
    )
  )

  it.effect("leaves alone what went out in another form, what somebody gave up, and what nobody wants", () =>
    inStore(
      Effect.gen(function* () {
        yield* received("a", "m1")
        yield* ends("a", "done", null, ["*one*", "two"])
        yield* sends("a", { ...refused, instead: { _tag: "Text", text: "one" }, skipRest: false })
        yield* sends("a", sent)
        const desk = yield* queue
        assert.strictEqual(yield* reasonOf(desk.retry("out:1", operator)), "replaced")
        yield* sends("a", refused)
        assert.deepStrictEqual(
          (yield* desk.retry("out:2", operator)).map(({ id }) => id),
          ["out:2"]
        )
        const { sql, write } = yield* Journal
        yield* write(sql`UPDATE outbox SET state = 'skipped', reason = 'opted-out' WHERE id = 2`)
        assert.strictEqual(yield* reasonOf(desk.retry("out:2", operator)), "opted-out")
        assert.strictEqual(yield* reasonOf(desk.retry("out:3", operator)), "wrong-state")
      })
    )
  )

  it.effect("gives it the outbox's whole patience anew", () =>
    inStore(
      Effect.gen(function* () {
        yield* received("a", "m1")
        yield* ends("a", "done", null, ["one"])
        yield* sends("a", { ...refused, reason: "expired" })
        yield* TestClock.adjust("2 days")
        yield* (yield* queue).retry("out:1", operator)
        const row = yield* claims("a", start + 2 * 86_400_000)
        assert.strictEqual(row?.createdAt, start + 2 * 86_400_000)
      })
    )
  )
})

describe("drop", () => {
  it.effect("keeps the row, out of the way of counts, lists and lanes, and retry brings it back", () =>
    inStore(
      Effect.gen(function* () {
        yield* received("a", "m1")
        const desk = yield* queue
        yield* desk.drop("m1", operator)
        const inbox = yield* Inbox
        assert.isTrue(Option.isNone(yield* inbox.head(lane("a"))))
        assert.strictEqual((yield* inbox.counts(shop)).dead, 0)
        assert.lengthOf((yield* desk.list({}, { limit: 10 })).inbox, 0)
        assert.deepInclude((yield* desk.list({ reason: "dropped" }, { limit: 10 })).inbox[0], { state: "dead" })
        assert.strictEqual(yield* reasonOf(desk.drop("m1", operator)), "wrong-state")
        yield* desk.retry("m1", operator)
        assert.isTrue(Option.isSome(yield* inbox.head(lane("a"))))
      })
    )
  )

  it.effect("does not touch what is being sent, or a turn that runs, unless it is forced", () =>
    inStore(
      Effect.gen(function* () {
        yield* received("a", "m1")
        yield* ends("a", "done", null, ["one"])
        const row = yield* claims("a")
        const desk = yield* queue
        assert.strictEqual(yield* reasonOf(desk.drop("out:1", operator)), "in-progress")
        if (row !== undefined) yield* settles(row, sent)
        assert.strictEqual(yield* reasonOf(desk.drop("out:1", operator)), "wrong-state")

        yield* received("b", "m2")
        const inbox = yield* Inbox
        const begun = yield* inbox.begin(Option.getOrThrow(yield* inbox.head(lane("b"))), start)
        assert.strictEqual(yield* reasonOf(desk.drop("m2", operator)), "in-progress")
        yield* desk.drop("m2", { ...operator, force: true })
        // Its turn ends, and finds that nobody wants its reply.
        const { write } = yield* Journal
        const wanted = yield* write(
          inbox.endUnit(Option.getOrThrow(begun), { state: "done", reason: null, now: start })
        )
        assert.isFalse(wanted)
        assert.deepInclude((yield* inboxRows)[1], { state: "dead", reason: "dropped" })
      })
    )
  )
})

describe("resolve", () => {
  const doubtful = Effect.gen(function* () {
    yield* received("a", "m1")
    yield* ends("a", "done", null, ["one"])
    yield* sends("a", unclear)
  })

  it.effect("as sent notes Zalo's id and counts for the month", () =>
    inStore(
      Effect.gen(function* () {
        yield* doubtful
        const desk = yield* queue
        yield* desk.resolve("out:1", { _tag: "Sent", messageId: "zalo-7" }, operator)
        assert.deepInclude((yield* desk.show("out:1")).entry.row, { state: "sent", messageId: "zalo-7", reason: null })
        assert.strictEqual(
          yield* SendCounts.use((counts) => counts.sent(shop)).pipe(Effect.provide(SendCounts.layerSql)),
          1
        )
        assert.isUndefined(yield* claims("a"))
        assert.strictEqual(yield* reasonOf(desk.resolve("out:1", { _tag: "Drop" }, operator)), "wrong-state")
      })
    )
  )

  it.effect("as not sent sends it again, and a refusal then still says nothing of the first call", () =>
    inStore(
      Effect.gen(function* () {
        yield* doubtful
        yield* (yield* queue).resolve("out:1", { _tag: "Resend" }, operator)
        yield* sends("a", refused)
        assert.deepStrictEqual(yield* states("a"), ["unknown"])
      })
    )
  )

  it.effect("as dropped asks nobody about it again", () =>
    inStore(
      Effect.gen(function* () {
        yield* doubtful
        yield* (yield* queue).resolve("out:1", { _tag: "Drop" }, operator)
        assert.deepInclude((yield* outboxRows)[0], { state: "dead", reason: "dropped" })
        assert.deepInclude(yield* Outbox.use((outbox) => outbox.counts(shop)), { dead: 0, unknown: 0 })
      })
    )
  )

  it.effect("a dry run of any repair changes nothing", () =>
    inStore(
      Effect.gen(function* () {
        yield* doubtful
        const desk = yield* queue
        const dry = { ...operator, dryRun: true }
        assert.lengthOf(yield* desk.resolve("out:1", { _tag: "Resend" }, dry), 1)
        assert.lengthOf(yield* desk.retry("out:1", dry), 1)
        assert.lengthOf(yield* desk.drop("out:1", dry), 1)
        assert.deepStrictEqual(yield* states("a"), ["unknown"])
        assert.lengthOf(yield* repairs, 0)
      })
    )
  )
})

describe("names", () => {
  it.effect("a bare id is taken where only one account has it, and told apart where several have", () =>
    inStore(
      Effect.gen(function* () {
        const { sql, write } = yield* Journal
        yield* received("a", "m1")
        yield* received("a", "only")
        yield* write(sql`INSERT INTO inbox (account, message_id, chat, received_at, source, body, state)
          VALUES ('work', 'm1', 'a', 0, 'webhook', '{}', 'dead')`)
        const desk = yield* queue
        assert.strictEqual((yield* desk.show("only")).entry._tag, "In")
        const error = yield* Effect.flip(desk.show("m1"))
        assert.deepStrictEqual(error._tag === "QueueError" && error.reason, "ambiguous")
        assert.include(error.message, "in:shop/m1, in:work/m1")
        for (const bad of ["in:", "in:shop", "in:SHOP/x", "out:", "out:x", "out:1x", " ", ""]) {
          assert.strictEqual(yield* reasonOf(desk.show(bad)), "bad-id", bad)
        }
        assert.strictEqual(yield* reasonOf(desk.show("out:999")), "not-found")
        assert.strictEqual(yield* reasonOf(desk.show("in:shop/a/b?c")), "not-found")
      })
    )
  )
})

describe("many rows", () => {
  it.effect("are repaired by what they are like, doubtful and dropped ones only when they are named", () =>
    inStore(
      Effect.gen(function* () {
        for (let n = 0; n < 40; n++) {
          yield* received(`c${n % 3}`, `m${n}`)
          yield* ends(`c${n % 3}`, "dead", n % 2 === 0 ? "agent-failed" : "undecodable")
        }
        yield* received("d", "d1")
        yield* ends("d", "done", null, ["one"])
        yield* sends("d", unclear)
        const desk = yield* queue
        yield* desk.drop("m0", operator)
        const dry = yield* desk.retryAll({ reason: "agent-failed" }, { ...operator, dryRun: true })
        assert.lengthOf(dry.changed, 19)
        const first = yield* desk.retryAll({ reason: "agent-failed" }, operator)
        assert.deepStrictEqual(first.changed.map(({ id }) => id).slice(0, 2), ["in:shop/m2", "in:shop/m4"])
        assert.lengthOf((yield* desk.retryAll({}, operator)).changed, 20)
        assert.lengthOf((yield* desk.retryAll({}, operator)).changed, 0)
        assert.lengthOf((yield* desk.retryAll({ states: ["unknown"] }, operator)).changed, 1)
        assert.strictEqual((yield* inboxRows).filter(({ state }) => state === "pending").length, 39)
      })
    )
  )

  it.effect("of one reply are sent once, although each of them is meant", () =>
    inStore(
      Effect.gen(function* () {
        yield* received("a", "m1")
        yield* ends("a", "done", null, ["one", "two", "three"])
        yield* sends("a", refused)
        const { changed, left } = yield* (yield* queue).retryAll({}, operator)
        assert.deepStrictEqual([changed.length, left], [3, []])
        assert.lengthOf(yield* repairs, 3)
      })
    )
  )
})
