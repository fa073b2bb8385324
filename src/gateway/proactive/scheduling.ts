import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { AccountSettings } from "../../domain/Account.ts"
import { dueAfter, dueBefore } from "../../domain/cron.ts"
import type { AccountId } from "../../domain/ids.ts"
import type { Audience, Missed } from "../../domain/Proactive.ts"
import { Journal } from "../../journal/Journal.ts"
import { Broadcasts } from "../../journal/proactive/Broadcasts.ts"
import type { ScheduleRow } from "../../journal/proactive/rows.ts"
import { type Firing, Schedules } from "../../journal/proactive/Schedules.ts"
import { renderProactive } from "./rendering.ts"

/** A run that comes no later than this was not missed: the gateway was there and had something else to do, ms. */
const grace = 5_000
/** How often it is looked whether the clock has gone back, ms. */
const lookEvery = 60_000
/** Missed times that are counted, and those that `run-all` makes up for; what lies further back is forgotten. */
const counted = 1_000
const madeUp = 100

/** The times at which it was due from `from` up to and with `until`, at most so many. */
const dueWithin = (schedule: ScheduleRow, from: number, until: number): ReadonlyArray<number> => {
  const times = [from]
  for (;;) {
    const next = dueAfter(schedule, times.at(-1) ?? from)
    if (next === null || next > until || times.length >= counted) return times
    times.push(next)
  }
}

/** The first of those that `run-all` makes up for: the last ones of the times at which it was due from `from` up to and with `until`. */
const firstMadeUp = (schedule: ScheduleRow, from: number, until: number): number => {
  let first = from
  let at = dueBefore(schedule, until)
  for (let found = 0; found < madeUp; found++) {
    if (at === null || at <= from) return from
    first = at
    at = dueBefore(schedule, at - 1)
  }
  return first
}

/** What becomes of a schedule that is due: of the last time, or with `run-all` of the first that is made up for. */
export const firingOf = (schedule: ScheduleRow, policy: Missed, now: number): Firing | undefined => {
  const { nextAt: from } = schedule
  if (from === null || from > now) return undefined
  const latest = Math.max(from, dueBefore(schedule, now) ?? from)
  if (policy === "run-all") {
    const dueAt = firstMadeUp(schedule, from, now)
    const missed = dueWithin(schedule, from, dueAt).length - 1
    return { dueAt, outcome: "started", missed, nextAt: dueAfter(schedule, dueAt) }
  }
  const missed = dueWithin(schedule, from, latest).length - 1
  const outcome = policy === "run-once" || now - latest <= grace ? "started" : "missed"
  return { dueAt: latest, outcome, missed, nextAt: dueAfter(schedule, now) }
}

const audienceOf = ({ chats, within }: ScheduleRow, now: number): Audience => {
  const since = within === null ? null : now - within
  return chats === null ? { to: "all", since } : { to: "list", chats, since, strict: false }
}

/** Makes the runs of schedules, each time that is due once: the run and the broadcast that it begins commit together. */
export const makeScheduling = Effect.gen(function* () {
  const journal = yield* Journal
  const schedules = yield* Schedules
  const broadcasts = yield* Broadcasts

  const looked = new Map<AccountId, number>()

  const fire = Effect.fnUntraced(function* (
    settings: AccountSettings,
    schedule: ScheduleRow,
    firing: Firing,
    now: number
  ) {
    const begun = yield* journal.write(
      Effect.gen(function* () {
        if (!(yield* schedules.noteUnit(schedule, firing, now))) return undefined
        if (firing.outcome === "missed") return undefined
        const id = yield* broadcasts.createUnit(
          {
            account: schedule.account,
            name: null,
            kind: "schedule",
            schedule: schedule.id,
            payloads: renderProactive(settings, schedule.parts, schedule.single === 0),
            audience: audienceOf(schedule, now),
            // A time that was chosen for one chat is meant.
            quiet: schedule.single === 0,
            by: `schedule:${schedule.id}`
          },
          now
        )
        yield* schedules.beganUnit(schedule, firing.dueAt, id)
        return id
      })
    )
    if (firing.outcome === "missed") yield* Effect.logWarning(`schedule s${schedule.id}: a run was missed`)
    else if (begun !== undefined) yield* Effect.logInfo(`schedule s${schedule.id}: began broadcast b${begun}`)
  })

  return {
    /** Makes what is due, and says when the next one is, in ms from now; undefined: there is none. */
    step: Effect.fnUntraced(function* (settings: AccountSettings) {
      const now = yield* Clock.currentTimeMillis
      if (Math.abs(now - (looked.get(settings.id) ?? Number.NEGATIVE_INFINITY)) >= lookEvery) {
        looked.set(settings.id, now)
        yield* schedules.putRight(settings.id, now)
      }
      for (const schedule of yield* schedules.due(settings.id, now)) {
        if (schedule.askedAt !== null) {
          const asked: Firing = { dueAt: schedule.askedAt, outcome: "asked", missed: 0, nextAt: schedule.nextAt }
          yield* fire(settings, schedule, asked, now)
        }
        if (schedule.state !== "active") continue
        const firing = firingOf(schedule, schedule.missed ?? settings.proactive.missed, now)
        if (firing !== undefined) yield* fire(settings, schedule, firing, now)
      }
      const next = yield* schedules.nextDue(settings.id)
      return next === null ? undefined : Math.max(0, next - now)
    })
  }
})
