import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { AccountId, ChatId } from "../../domain/ids.ts"
import type { Audience, BroadcastReason } from "../../domain/Proactive.ts"
import { quietFor } from "../../domain/quietHours.ts"
import type { OutboundPayload } from "../../domain/Reply.ts"
import { Journal } from "../../journal/Journal.ts"
import { Outbox } from "../../journal/Outbox.ts"
import type { Outgoing } from "../../journal/OutboxRow.ts"
import { deliveries as makeDeliveries } from "../../journal/proactive/deliveries.ts"
import { type BroadcastRow, turnOf } from "../../journal/proactive/rows.ts"
import { SendCounts } from "../../journal/SendCounts.ts"
import { Media } from "../../media/Media.ts"
import type { AccountRuntime } from "../../pipeline/Accounts.ts"
import { withHosted } from "../../pipeline/mediaOf.ts"
import { SendLanes } from "../../pipeline/SendLanes.ts"
import { audienceIn, page } from "./audience.ts"
import { resultOf } from "./result.ts"

/** Recipients whose messages are in the outbox at once: a reply stands behind so many of them at most, and in its own chat behind none. */
const outstandingLimit = 8
/** The same while Zalo slows the account down (`zalo/Pace.ts`): what it takes is for replies first. */
const slowedLimit = 1
/** A message on its way is looked after this often, ms. */
const look = 250
/** What waits for the hour or for an operator is looked at this often, ms. */
const longLook = 1_000
/** Sends of unknown fate, looked at so often (ms) and so many at once: a person resolves them. */
const resolveEvery = 15_000
const unclearAtOnce = 100
/** People left out in one step, at most. */
const skippedAtOnce = 50

interface Standing {
  /** When the next message may go to the outbox, ms. */
  nextSlot: number
  /** The broadcast that was served last: each has its turn. */
  served: number
  /** When sends of unknown fate were last looked at, ms. */
  resolvedAt: number
}

const problemIn = (payload: OutboundPayload): string | undefined =>
  payload._tag === "Photo" || payload._tag === "Voice" ? payload.problem : undefined

/** The audience as a recipient's turn is judged by it: who is on the list is known by then. */
const judgedBy = ({ since, strict, toAll }: BroadcastRow): Audience =>
  toAll === 1 ? { to: "all", since } : { to: "list", chats: [], since, strict: strict === 1 }

/** Works broadcasts off, a recipient at a time. All that it knows is in the journal: it goes on wherever another one ended. */
export const makeBroadcasting = Effect.gen(function* () {
  const journal = yield* Journal
  const outbox = yield* Outbox
  const counts = yield* SendCounts
  const media = yield* Media
  const sends = yield* SendLanes
  const deliveries = yield* makeDeliveries
  const audience = audienceIn(journal.sql)
  const audienceRead = audienceIn(journal.read)
  const standings = new Map<AccountId, Standing>()

  const standingOf = (account: AccountId): Standing => {
    const known = standings.get(account) ?? { nextSlot: 0, served: 0, resolvedAt: Number.NEGATIVE_INFINITY }
    standings.set(account, known)
    return known
  }

  /** Notes results, and says how many recipients and messages are still on their way. */
  const settle = Effect.fnUntraced(function* (account: AccountId, now: number) {
    const found = yield* deliveries.outstanding(account, 4 * outstandingLimit)
    const results = found.flatMap(({ broadcast, n, parts }) => {
      const result = resultOf(parts)
      return result === undefined ? [] : [{ broadcast, n, ...result }]
    })
    if (results.length > 0) yield* journal.write(deliveries.settleUnit(results, now))
    const open = found.flatMap(({ parts }) => parts.filter(({ state }) => state === "queued" || state === "sending"))
    return { recipients: found.length - results.length, messages: open.length }
  })

  /** Notes what an operator has found out of sends of unknown fate. */
  const resolve = Effect.fnUntraced(function* (account: AccountId, now: number) {
    const found = yield* deliveries.unclear(account, unclearAtOnce)
    const results = found.flatMap(({ broadcast, n, parts }) => {
      const result = resultOf(parts)
      return result === undefined || result.state === "unknown" ? [] : [{ broadcast, n, ...result }]
    })
    if (results.length > 0) yield* journal.write(deliveries.settleUnit(results, now))
  })

  /** Puts the next ones on the list. */
  const prepare = Effect.fnUntraced(function* (row: BroadcastRow, now: number) {
    const { audience: meant, last } = yield* deliveries.progress(row)
    const listed = yield* journal.query(audienceRead.next(row.account, meant, last, now))
    yield* journal.write(
      Effect.gen(function* () {
        const done = yield* deliveries.listUnit(row, last.n, listed, now)
        if (done && listed.length < page) yield* deliveries.setUnit(row, "running", null)
      })
    )
  })

  const set = (row: BroadcastRow, state: "running" | "paused", reason: BroadcastReason | null, detail?: string) =>
    row.state === state && row.reason === reason
      ? Effect.void
      : journal.write(deliveries.setUnit(row, state, reason, detail))

  /** How many messages of the month a broadcast may still use. */
  const roomFor = Effect.fnUntraced(function* ({ settings }: AccountRuntime, underWay: number) {
    if (settings.quota === null) return () => Number.POSITIVE_INFINITY
    const left = settings.quota - (yield* counts.sent(settings.id)) - underWay
    return ({ usesReserve }: BroadcastRow) => left - (usesReserve === 1 ? 0 : settings.proactive.reserve)
  })

  const rowsFor = (row: BroadcastRow, chat: ChatId, n: number): ReadonlyArray<Outgoing> =>
    row.payloads.map((payload) => ({
      account: row.account,
      chat,
      origin: row.kind === "schedule" ? "schedule" : "broadcast",
      turn: turnOf(row.id, n),
      payload
    }))

  /** Gives the next recipient their turn: whether something went to the outbox, nobody is left, or the broadcast stopped. */
  const serve = Effect.fnUntraced(function* (account: AccountRuntime, row: BroadcastRow, now: number) {
    for (let skipped = 0; skipped < skippedAtOnce; skipped++) {
      const found = yield* deliveries.next(row)
      if (Option.isNone(found)) return "nobody" as const
      const { chat, n } = found.value
      const rows = yield* withHosted(media, account.settings, rowsFor(row, chat, n))
      const problem = rows.map(({ payload }) => problemIn(payload)).find((one) => one !== undefined)
      if (problem !== undefined) {
        yield* Effect.logError(`broadcast b${row.id} is paused: its picture cannot be sent: ${problem}`)
        yield* set(row, "paused", "media", problem)
        return "stopped" as const
      }
      const entered = yield* journal.write(
        Effect.gen(function* () {
          const reason = yield* audience.judge(row.account, chat, judgedBy(row), now)
          if (reason !== undefined) {
            yield* deliveries.skipUnit(row, n, reason, now)
            return "skipped" as const
          }
          if (!(yield* deliveries.enterUnit(row, n, now))) return "stopped" as const
          yield* outbox.appendUnit(rows, now)
          return "entered" as const
        })
      )
      if (entered === "stopped") return entered
      if (entered === "entered") {
        yield* sends.wake({ account: row.account, chat })
        return entered
      }
    }
    return "nobody" as const
  })

  /** Why a broadcast may not go on now; null when it may. */
  const held = (account: AccountRuntime, row: BroadcastRow, maySend: boolean, now: number): BroadcastReason | null => {
    if (!maySend) return "token"
    return row.quiet === 1 && quietFor(account.settings.proactive.quietHours, now) > 0 ? "quiet-hours" : null
  }

  /** One step for an account, and when the next one is due, in ms; undefined: there is nothing to do. */
  const step = Effect.fnUntraced(function* (account: AccountRuntime) {
    const { id, proactive } = account.settings
    const now = yield* Clock.currentTimeMillis
    const standing = standingOf(id)
    const underWay = yield* settle(id, now)
    if (Math.abs(now - standing.resolvedAt) >= resolveEvery) {
      standing.resolvedAt = now
      yield* resolve(id, now)
    }
    const open = yield* deliveries.open(id)
    if (open.length === 0) return underWay.recipients > 0 ? look : undefined
    const preparing = open.filter(({ state }) => state === "preparing")
    for (const row of preparing) yield* prepare(row, now)
    if (preparing.length > 0) return 0

    const room = yield* roomFor(account, underWay.messages)
    for (const row of open) {
      // The month turned, or the quota was raised.
      if (row.state === "paused" && row.reason === "quota" && room(row) >= row.payloads.length) {
        yield* set(row, "running", null)
      }
    }
    const running: Array<BroadcastRow> = []
    for (const row of open) {
      if (row.state !== "running") continue
      if (Option.isSome(yield* deliveries.next(row))) running.push(row)
      else yield* journal.write(deliveries.finishUnit(row, now))
    }
    if (running.length === 0) return underWay.recipients > 0 ? look : longLook

    const maySend = yield* account.maySend
    const slowed = Option.isSome(yield* account.pace.delayed)
    const limit = slowed ? slowedLimit : outstandingLimit
    // A clock that was set back must not hold anything up.
    standing.nextSlot = Math.min(standing.nextSlot, now + longestGap(proactive.perMinute, running))
    // What is for one chat at a time that was chosen does not wait behind what is for many; these take turns.
    const many = running.filter(({ quiet }) => quiet === 1)
    const inTurn = [
      ...running.filter(({ quiet }) => quiet === 0),
      ...many.filter((row) => Number(row.id) > standing.served),
      ...many.filter((row) => Number(row.id) <= standing.served)
    ]
    for (const row of inTurn) {
      const reason = held(account, row, maySend, now)
      if (reason !== null) {
        yield* set(row, "running", reason)
        continue
      }
      yield* set(row, "running", null)
      if (underWay.recipients >= limit) return look
      if (standing.nextSlot > now) return Math.min(standing.nextSlot - now, underWay.recipients > 0 ? look : longLook)
      if (room(row) < row.payloads.length) {
        yield* stopAtQuota(account, row)
        continue
      }
      const served = yield* serve(account, row, now)
      if (served !== "entered") continue
      standing.served = Number(row.id)
      standing.nextSlot = now + gap(proactive.perMinute, row)
      return Math.min(look, gap(proactive.perMinute, row))
    }
    return underWay.recipients > 0 ? look : longLook
  })

  const stopAtQuota = Effect.fnUntraced(function* ({ settings }: AccountRuntime, row: BroadcastRow) {
    const kept = row.usesReserve === 1 ? "" : ` (${settings.proactive.reserve} of them are kept for replies)`
    const detail = `the month's ${settings.quota ?? 0} messages are used up${kept}: it goes on next month, or with: broadcast resume b${row.id}`
    yield* Effect.logWarning(`broadcast b${row.id} is paused: ${detail}`)
    yield* set(row, "paused", "quota", detail)
  })

  return {
    step: (account: AccountRuntime) => Effect.annotateLogs(step(account), { account: account.settings.id })
  }
})

/** The time that a recipient's messages take, ms. */
const gap = (perMinute: number, { payloads }: BroadcastRow): number =>
  (60_000 / perMinute) * Math.max(1, payloads.length)

const longestGap = (perMinute: number, rows: ReadonlyArray<BroadcastRow>): number =>
  Math.max(0, ...rows.map((row) => gap(perMinute, row)))
