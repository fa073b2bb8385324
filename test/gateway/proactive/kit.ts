import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as TestClock from "effect/testing/TestClock"
import { Broadcasts, type NewBroadcast } from "../../../src/journal/proactive/Broadcasts.ts"
import { type NewSchedule, Schedules } from "../../../src/journal/proactive/Schedules.ts"
import { AccountId } from "../../../src/domain/ids.ts"
import { FakeZalo, TestGateway } from "zalo-effect/testing"
import type { FakeUser } from "../../../src/sandbox/FakeZalo.ts"

export const account = AccountId.make("default")

/** People who wrote, were answered, and have heard that. */
export const people = (count: number) =>
  Effect.gen(function* () {
    const zalo = yield* FakeZalo
    const all: Array<FakeUser> = []
    for (let i = 0; i < count; i++) {
      const user = zalo.user(`Khách ${i}`)
      yield* user.says("chào")
      yield* user.hears
      all.push(user)
    }
    return all
  })

export const begin = (text: string, changes: Partial<NewBroadcast> = {}) =>
  Effect.gen(function* () {
    const broadcasts = yield* Broadcasts
    const { id } = yield* broadcasts.create({
      account,
      name: null,
      kind: "broadcast",
      schedule: null,
      payloads: [{ _tag: "Text", text }],
      audience: { to: "all", since: null },
      quiet: true,
      by: "cli",
      ...changes
    })
    return id
  })

/** `{ sent: 3, "skipped opted-out": 1 }` */
export const standing = (id: string) =>
  Broadcasts.use((broadcasts) =>
    Effect.map(broadcasts.counts(id), (counts) =>
      Object.fromEntries(
        counts.map(({ n, reason, state }) => [reason === null ? state : `${state} ${reason}`, n] as const)
      )
    )
  )

export const stateOf = (id: string) =>
  Broadcasts.use((broadcasts) =>
    Effect.map(broadcasts.find(id), (found) => {
      const row = Option.getOrThrow(found)
      return row.reason === null ? row.state : `${row.state} ${row.reason}`
    })
  )

export const schedule = (changes: Partial<NewSchedule>) =>
  Effect.gen(function* () {
    const schedules = yield* Schedules
    const added = yield* schedules.add({
      account,
      name: null,
      cron: null,
      zone: "Asia/Ho_Chi_Minh",
      onceAt: null,
      parts: [{ type: "text", text: "lịch", format: "plain" }],
      chats: null,
      single: false,
      within: null,
      missed: null,
      by: "cli",
      ...changes
    })
    return Option.getOrThrow(added)
  })

/** Lets time pass, in steps that everything which waits can follow. */
export const pass = (seconds: number, step = 1) =>
  Effect.gen(function* () {
    for (let at = 0; at < seconds; at += step) {
      yield* TestClock.adjust(`${Math.min(step, seconds - at)} seconds`)
      yield* TestGateway.settled
    }
  })

/** With the clock set before anything runs. */
export const startingAt =
  (iso: string) =>
  <A, E, R>(test: Effect.Effect<A, E, R>) =>
    Effect.andThen(TestClock.setTime(Date.parse(iso)), test)

/** What somebody heard, without the echo of what they said. */
export const unasked = (user: FakeUser) =>
  Effect.map(user.heard, (heard) =>
    heard.flatMap((message) => (message.kind === "text" && message.text !== "chào" ? [message.text] : []))
  )
