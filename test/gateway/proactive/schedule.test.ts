import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { TestGateway } from "zalo-effect/testing"
import type { Missed } from "../../../src/domain/Proactive.ts"
import { firingOf } from "../../../src/gateway/proactive/scheduling.ts"
import { Broadcasts } from "../../../src/journal/proactive/Broadcasts.ts"
import { Journal } from "../../../src/journal/Journal.ts"
import type { ScheduleRow } from "../../../src/journal/proactive/rows.ts"
import { Schedules } from "../../../src/journal/proactive/Schedules.ts"
import { account, begin, pass, people, schedule, startingAt, unasked } from "./kit.ts"

const on = (proactive: TestGateway.TestGatewayOptions["proactive"] = {}) =>
  Effect.provide(TestGateway.layer({ dmPolicy: "open", language: "en", proactive: { perMinute: 600, ...proactive } }))

const iso = (at: number) => DateTime.formatIso(DateTime.makeUnsafe(at))

/** `2026-11-25T01:00:00.000Z started` */
const runsOf = (id: string) =>
  Schedules.use((schedules) =>
    Effect.map(schedules.runs(id, 100), (runs) =>
      runs.map((run) => `${iso(run.dueAt)} ${run.outcome}${run.missed === 0 ? "" : ` (${run.missed} before)`}`)
    )
  )

const find = (id: string) => Schedules.use((schedules) => Effect.map(schedules.find(id), Option.getOrThrow))

describe("a schedule", () => {
  it.effect("is sent when it is due, each time once, to everybody who wrote", () =>
    Effect.gen(function* () {
      const all = yield* people(2)
      const id = yield* schedule({ cron: "* * * * *" })
      yield* pass(140, 5)
      for (const user of all) assert.deepStrictEqual(yield* unasked(user), ["lịch", "lịch"])
      assert.deepStrictEqual(yield* runsOf(id), [
        "2026-11-25T01:01:00.000Z started",
        "2026-11-25T01:00:00.000Z started"
      ])
      const broadcasts = yield* Broadcasts.use(({ list }) => list({ account, limit: 10 }))
      assert.deepStrictEqual(
        broadcasts.map(({ kind, schedule, state }) => [kind, schedule, state]),
        [
          ["schedule", id, "done"],
          ["schedule", id, "done"]
        ]
      )
    }).pipe(on(), startingAt("2026-11-25T00:59:30Z"))
  )

  it.effect("for one chat passes a broadcast and keeps no quiet hours", () =>
    Effect.gen(function* () {
      const [lan, ...others] = yield* people(10)
      yield* begin("đại trà")
      const id = yield* schedule({ cron: "* * * * *", chats: [lan?.id ?? ""], single: true })
      yield* pass(80, 5)
      assert.deepStrictEqual(lan === undefined ? [] : yield* unasked(lan), ["lịch"])
      for (const user of others) assert.deepStrictEqual(yield* unasked(user), [])
      assert.deepStrictEqual(yield* runsOf(id), ["2026-11-25T01:00:00.000Z started"])
    }).pipe(
      on({ perMinute: 30, quietHours: { from: "00:00", to: "23:59", zone: "UTC" } }),
      startingAt("2026-11-25T00:59:30Z")
    )
  )

  it.effect("that is due once is done then", () =>
    Effect.gen(function* () {
      const [lan] = yield* people(1)
      const id = yield* schedule({ onceAt: Date.parse("2026-11-25T01:00:00Z") })
      yield* pass(25, 5)
      assert.deepStrictEqual(lan === undefined ? [] : yield* unasked(lan), [])
      yield* pass(60, 5)
      assert.deepStrictEqual(lan === undefined ? [] : yield* unasked(lan), ["lịch"])
      const { nextAt, state } = yield* find(id)
      assert.deepStrictEqual([state, nextAt], ["done", null])
      const schedules = yield* Schedules
      assert.strictEqual(yield* schedules.resume(id), "ended")
      assert.strictEqual(yield* schedules.pause(id), "ended")
    }).pipe(on(), startingAt("2026-11-25T00:59:30Z"))
  )

  it.effect("rests while it is paused, and makes nothing of that up", () =>
    Effect.gen(function* () {
      const [lan] = yield* people(1)
      const schedules = yield* Schedules
      const id = yield* schedule({ cron: "* * * * *", missed: "run-all" })
      yield* schedules.pause(id)
      yield* pass(180, 10)
      yield* schedules.resume(id)
      yield* pass(60, 5)
      assert.deepStrictEqual(lan === undefined ? [] : yield* unasked(lan), ["lịch"])
      assert.strictEqual((yield* runsOf(id)).length, 1)
    }).pipe(on(), startingAt("2026-11-25T00:59:30Z"))
  )

  it.effect("runs out of turn when somebody asks, also while it is paused, and is due as before", () =>
    Effect.gen(function* () {
      const [lan] = yield* people(1)
      const schedules = yield* Schedules
      const id = yield* schedule({ cron: "0 8 * * *" })
      yield* schedules.pause(id)
      assert.isTrue(yield* schedules.ask(id))
      yield* pass(10)
      assert.deepStrictEqual(lan === undefined ? [] : yield* unasked(lan), ["lịch"])
      assert.deepStrictEqual(yield* runsOf(id), ["2026-11-25T00:30:00.000Z asked"])
      assert.strictEqual((yield* find(id)).askedAt, null)
      assert.isFalse(yield* schedules.ask("77"))
    }).pipe(on(), startingAt("2026-11-25T00:30:00Z"))
  )

  it.effect("of a name is added once, and is gone when it is removed", () =>
    Effect.gen(function* () {
      const schedules = yield* Schedules
      const id = yield* schedule({ cron: "* * * * *", name: "sáng" })
      const taken = yield* schedules.find(id)
      const other = Option.getOrThrow(taken)
      assert.isTrue(
        Option.isNone(yield* schedules.add({ ...other, cron: "0 8 * * *", name: "sáng", single: false, by: "cli" }))
      )
      assert.strictEqual((yield* schedules.list({ account, limit: 10 })).length, 1)
      assert.isTrue(yield* schedules.remove(id))
      assert.isFalse(yield* schedules.remove(id))
      const again = yield* schedule({ cron: "* * * * *", name: "sáng" })
      assert.notStrictEqual(again, id)
    }).pipe(on())
  )
})

it.effect("a clock that ran ahead for a while puts nothing off, and nothing is sent twice", () =>
  Effect.gen(function* () {
    const [lan] = yield* people(1)
    const id = yield* schedule({ cron: "* * * * *" })
    yield* pass(40, 5)
    // What a clock that was a year ahead left behind.
    yield* Journal.use(({ sql, write }) =>
      write(sql`UPDATE schedule SET next_at = ${Date.parse("2027-11-25T01:00:00Z")}`)
    )
    yield* pass(115, 5)
    // And one that went back over a run.
    yield* Journal.use(({ sql, write }) =>
      write(sql`UPDATE schedule SET next_at = ${Date.parse("2026-11-25T01:02:00Z")}`)
    )
    yield* pass(5)
    assert.deepStrictEqual(yield* runsOf(id), [
      "2026-11-25T01:02:00.000Z started",
      "2026-11-25T01:01:00.000Z started",
      "2026-11-25T01:00:00.000Z started"
    ])
    assert.strictEqual(lan === undefined ? 0 : (yield* unasked(lan)).length, 3)
  }).pipe(on(), startingAt("2026-11-25T00:59:30Z"))
)

describe("runs that were due while nobody could make them", () => {
  const row = (missed: Missed | null, changes: Partial<ScheduleRow> = {}): ScheduleRow => ({
    id: "1",
    account,
    name: null,
    cron: "*/15 * * * *",
    zone: "UTC",
    onceAt: null,
    parts: [],
    chats: null,
    single: 0,
    within: null,
    missed,
    state: "active",
    nextAt: Date.parse("2026-11-25T01:00:00Z"),
    askedAt: null,
    createdAt: 0,
    createdBy: "cli",
    ...changes
  })
  const now = Date.parse("2026-11-25T02:10:00Z")
  const told = (policy: Missed, at = now, changes: Partial<ScheduleRow> = {}) => {
    const firing = firingOf(row(null, changes), policy, at)
    if (firing === undefined) return undefined
    const { dueAt, missed, nextAt, outcome } = firing
    return `${iso(dueAt).slice(11, 16)} ${outcome}, ${missed} before, next ${nextAt === null ? "never" : iso(nextAt).slice(11, 16)}`
  }

  it("are skipped, all but the one of just now", () => {
    assert.strictEqual(told("skip"), "02:00 missed, 4 before, next 02:15")
    assert.strictEqual(told("skip", Date.parse("2026-11-25T02:15:04Z")), "02:15 started, 5 before, next 02:30")
  })

  it("are made up for by one run", () => {
    assert.strictEqual(told("run-once"), "02:00 started, 4 before, next 02:15")
  })

  it("are all made up for, the oldest first", () => {
    assert.strictEqual(told("run-all"), "01:00 started, 0 before, next 01:15")
  })

  it("are not made up for without end", () => {
    const later = Date.parse("2026-11-27T01:00:00Z")
    // 193 times were due: the last hundred are made up for.
    assert.strictEqual(told("run-all", later), "00:15 started, 93 before, next 00:30")
  })

  it("by the thousand: the last hundred are made up for, one after the other, and no other", () => {
    const later = Date.parse("2026-12-25T01:00:00Z")
    const made: Array<string> = []
    let nextAt = row(null).nextAt
    for (;;) {
      const firing = firingOf(row(null, { nextAt }), "run-all", later)
      if (firing === undefined) break
      made.push(`${iso(firing.dueAt).slice(0, 16)} ${firing.missed}`)
      nextAt = firing.nextAt
    }
    assert.strictEqual(made.length, 100)
    // 2881 times were due; what lies before the last hundred is counted up to a thousand.
    assert.strictEqual(made[0], "2026-12-24T00:15 999")
    assert.strictEqual(made[1], "2026-12-24T00:30 0")
    assert.strictEqual(made.at(-1), "2026-12-25T01:00 0")
    assert.strictEqual(nextAt, later + 15 * 60_000)
  })

  it("once are skipped or run, and never again", () => {
    const once = { cron: null, onceAt: Date.parse("2026-11-25T01:00:00Z") }
    assert.strictEqual(told("skip", now, once), "01:00 missed, 0 before, next never")
    assert.strictEqual(told("run-once", now, once), "01:00 started, 0 before, next never")
    assert.strictEqual(told("run-all", now, once), "01:00 started, 0 before, next never")
  })

  it("are none before the time", () => {
    assert.isUndefined(told("run-all", Date.parse("2026-11-25T00:59:59Z")))
  })
})
