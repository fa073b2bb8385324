import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import * as fc from "fast-check"
import { dueAfter, dueBefore, dueTimes, readCron } from "../../src/domain/cron.ts"
import { readTime } from "../../src/domain/localTime.ts"
import { quietFor } from "../../src/domain/quietHours.ts"

const at = (iso: string) => Date.parse(iso)
const iso = (times: ReadonlyArray<number>) =>
  times.map((time) => DateTime.formatIso(DateTime.makeUnsafe(time)).slice(0, 16))
const berlin = (cron: string) => ({ cron, zone: "Europe/Berlin", onceAt: null })

describe("a cron expression", () => {
  it("is read on its zone's clock", () => {
    const saigon = { cron: "0 8 * * 1-5", zone: "Asia/Ho_Chi_Minh", onceAt: null }
    assert.deepStrictEqual(iso(dueTimes(saigon, at("2026-11-26T00:59:59Z"), 3)), [
      "2026-11-26T01:00",
      "2026-11-27T01:00",
      "2026-11-30T01:00"
    ])
  })

  it("keeps its hour when the clocks change, is due right after an hour that is left out, and once in one that comes twice", () => {
    assert.deepStrictEqual(iso(dueTimes(berlin("30 8 * * *"), at("2026-10-23T12:00:00Z"), 3)), [
      "2026-10-24T06:30",
      "2026-10-25T07:30",
      "2026-10-26T07:30"
    ])
    // 02:30 on 2026-03-29 does not exist; on 2026-10-25 it comes twice.
    assert.deepStrictEqual(iso(dueTimes(berlin("30 2 * * *"), at("2026-03-28T12:00:00Z"), 2)), [
      "2026-03-29T01:30",
      "2026-03-30T00:30"
    ])
    assert.deepStrictEqual(iso(dueTimes(berlin("30 2 * * *"), at("2026-10-24T12:00:00Z"), 2)), [
      "2026-10-25T00:30",
      "2026-10-26T01:30"
    ])
  })

  it("that is none, has no zone, or fits no date is refused in a sentence", () => {
    for (const text of ["", "x", "* * * *", "61 * * * *", "0 25 * * *", "0 8 * * * * *"]) {
      assert.isTrue(Result.isFailure(readCron(text, "UTC")), text)
    }
    const failure = (text: string, zone: string) => Result.getOrThrow(Result.flip(readCron(text, zone)))
    assert.include(failure("0 8 * * *", "Mars/Olympus"), "time zone")
    assert.include(failure("0 0 30 2 *", "UTC"), "never due")
  })

  it("is still due after an hour that is left out when it is looked at from within that hour's length", () => {
    // 02:30 on 2026-03-29 does not exist: 03:30 takes its place, 01:30 in UTC.
    for (const from of ["2026-03-29T01:00:00Z", "2026-03-29T01:10:00Z", "2026-03-29T01:29:59.999Z"]) {
      assert.deepStrictEqual(iso(dueTimes(berlin("30 2 * * *"), at(from), 2)), ["2026-03-29T01:30", "2026-03-30T00:30"])
    }
    assert.deepStrictEqual(iso(dueTimes(berlin("*/20 2 * * *"), at("2026-03-28T12:00:00Z"), 4)), [
      "2026-03-29T01:00",
      "2026-03-29T01:20",
      "2026-03-29T01:40",
      "2026-03-30T00:00"
    ])
  })

  it("was not due yet within the second before", () => {
    const minutely = berlin("* * * * *")
    assert.strictEqual(dueBefore(minutely, at("2026-11-25T02:14:59.500Z")), at("2026-11-25T02:14:00Z"))
    assert.strictEqual(dueBefore(minutely, at("2026-11-25T02:15:00Z")), at("2026-11-25T02:15:00Z"))
    assert.strictEqual(dueBefore(minutely, at("2026-11-25T02:15:00.001Z")), at("2026-11-25T02:15:00Z"))
  })

  it("is due at the same times looked at from wherever between two of them", () => {
    const around = (time: string) => ({ min: at(time) - 2 * 86_400_000, max: at(time) + 2 * 86_400_000 })
    fc.assert(
      fc.property(
        fc.constantFrom("*/7 * * * *", "30 2 * * *", "*/25 2 * * *", "0 8 * * 1-5", "15 0 1 * *", "0 0 * * *"),
        fc.constantFrom("Asia/Ho_Chi_Minh", "Europe/Berlin", "America/Santiago", "UTC"),
        fc.oneof(
          fc.integer({ min: at("2026-01-01T00:00:00Z"), max: at("2027-12-31T00:00:00Z") }),
          // The clocks of Berlin and of Santiago, whose midnight is left out, are put forward and back.
          fc.integer(around("2026-03-29T01:00:00Z")),
          fc.integer(around("2026-10-25T01:00:00Z")),
          fc.integer(around("2026-09-06T04:00:00Z")),
          fc.integer(around("2026-04-05T03:00:00Z"))
        ),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (cron, zone, from, part) => {
          const timing = { cron, zone, onceAt: null }
          const [next = Number.NaN, following = Number.NaN] = dueTimes(timing, from, 2)
          assert.isAbove(next, from)
          assert.isAbove(following, next)
          assert.strictEqual(dueAfter(timing, from + Math.floor(part * (next - from))), next)
          assert.strictEqual(dueAfter(timing, next - 1), next)
          assert.strictEqual(dueBefore(timing, next), next)
          assert.strictEqual(dueBefore(timing, next + Math.floor(part * (following - next))), next)
          assert.strictEqual(dueBefore(timing, following - 1), next)
        }
      ),
      { numRuns: 300 }
    )
  })
})

it("what is due once is due once", () => {
  const once = { cron: null, zone: "UTC", onceAt: 5_000 }
  assert.deepStrictEqual(dueTimes(once, 0, 5), [5_000])
  assert.deepStrictEqual(dueTimes(once, 5_000, 5), [])
  assert.strictEqual(dueBefore(once, 4_999), null)
  assert.strictEqual(dueBefore(once, 9_000), 5_000)
})

it("a time is the zone's own, or has an offset", () => {
  const saigon = "Asia/Ho_Chi_Minh"
  assert.strictEqual(readTime("2026-12-01T08:00", saigon), at("2026-12-01T01:00:00Z"))
  assert.strictEqual(readTime("2026-12-01 08:00:30", saigon), at("2026-12-01T01:00:30Z"))
  assert.strictEqual(readTime("2026-12-01T08:00Z", saigon), at("2026-12-01T08:00:00Z"))
  assert.strictEqual(readTime("2026-12-01T08:00+01:00", saigon), at("2026-12-01T07:00:00Z"))
  for (const text of [
    "",
    "tomorrow",
    "2026-12-01",
    "2026-02-30T08:00",
    "2026-12-01T25:00",
    "2026-13-01T08:00Z",
    "2026-02-30T08:00Z"
  ]) {
    assert.isUndefined(readTime(text, saigon), text)
  }
  assert.isUndefined(readTime("2026-12-01T08:00", "Mars/Olympus"))
})

describe("quiet hours", () => {
  const night = { from: 21 * 60, to: 8 * 60, zone: "Asia/Ho_Chi_Minh" }

  it("reach over midnight and say how long they still last", () => {
    assert.strictEqual(quietFor(night, at("2026-11-25T13:59:59Z")), 0)
    assert.strictEqual(quietFor(night, at("2026-11-25T14:00:00Z")), 11 * 3_600_000)
    assert.strictEqual(quietFor(night, at("2026-11-26T00:59:30Z")), 30_000)
    assert.strictEqual(quietFor(night, at("2026-11-26T01:00:00Z")), 0)
  })

  it("of a day, of no length, and none", () => {
    const noon = { from: 12 * 60, to: 13 * 60, zone: "UTC" }
    assert.strictEqual(quietFor(noon, at("2026-11-25T12:15:00Z")), 45 * 60_000)
    assert.strictEqual(quietFor(noon, at("2026-11-25T13:00:00Z")), 0)
    assert.strictEqual(quietFor({ ...noon, to: 12 * 60 }, at("2026-11-25T12:00:00Z")), 0)
    assert.strictEqual(quietFor(undefined, 0), 0)
  })
})
