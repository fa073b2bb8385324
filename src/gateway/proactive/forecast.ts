import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { AccountSettings } from "../../domain/Account.ts"
import type { Audience, LeftOut } from "../../domain/Proactive.ts"
import { quietFor } from "../../domain/quietHours.ts"
import { Journal, type JournalError } from "../../journal/Journal.ts"
import { SendCounts } from "../../journal/SendCounts.ts"
import { audienceIn, page } from "./audience.ts"

/** Somebody who would get nothing. */
export interface LeftOutChat {
  readonly chatId: string
  readonly displayName: string
  readonly reason: LeftOut
}

/** What a broadcast would come to. */
export interface Forecast {
  readonly recipients: number
  readonly leftOut: ReadonlyArray<LeftOutChat>
  /** Messages in all, and how long they take at the account's rate, ms, without quiet hours. */
  readonly messages: number
  readonly millis: number
  /** When the last one would leave, quiet hours heeded; epoch ms. */
  readonly endsAt: number
  readonly quota: {
    readonly used: number
    /** Null: none is counted. */
    readonly limit: number | null
    /** Kept for replies. */
    readonly reserve: number
    /** What the broadcast may use of it; null where none is counted. */
    readonly left: number | null
    readonly fits: boolean
  }
}

const minute = 60_000

/** When so much work is done that is begun now and rests in quiet hours. */
const endOf = (settings: AccountSettings, quiet: boolean, begin: number, work: number): number => {
  let at = begin
  for (let left = work; ;) {
    const rest = quiet ? quietFor(settings.proactive.quietHours, at) : 0
    if (rest > 0) at += rest
    if (left <= 0) return at
    const step = Math.min(left, minute)
    at += step
    left -= step
  }
}

/** Who would get it and who not, how long it takes and what it costs. Changes nothing. */
export const forecast = Effect.fn("forecast")(function* (
  settings: AccountSettings,
  audience: Audience,
  messagesEach: number,
  quiet: boolean
): Effect.fn.Return<Forecast, JournalError, Journal | SendCounts> {
  const { query, read } = yield* Journal
  const now = yield* Clock.currentTimeMillis
  const people = audienceIn(read)
  const leftOut: Array<LeftOutChat> = []
  let recipients = 0
  let last = { n: 0, chat: "" }
  for (;;) {
    const listed = yield* query(people.next(settings.id, audience, last, now))
    for (const one of listed) {
      if (one.leftOut === undefined) recipients++
      else leftOut.push({ chatId: one.chat, displayName: one.name, reason: one.leftOut })
    }
    if (listed.length < page) break
    last = { n: last.n + listed.length, chat: listed.at(-1)?.chat ?? "" }
  }
  const used = yield* (yield* SendCounts).sent(settings.id)
  const { perMinute, reserve } = settings.proactive
  const messages = recipients * messagesEach
  // The first one leaves at once.
  const millis = Math.round((Math.max(0, messages - messagesEach) * minute) / perMinute)
  const left = settings.quota === null ? null : Math.max(0, settings.quota - used - reserve)
  return {
    recipients,
    leftOut,
    messages,
    millis,
    endsAt: endOf(settings, quiet, now, millis),
    quota: {
      used,
      limit: settings.quota,
      reserve: settings.quota === null ? 0 : reserve,
      left,
      fits: left === null || messages <= left
    }
  }
})
