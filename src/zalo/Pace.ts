import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Semaphore from "effect/Semaphore"
import * as RateWindow from "./RateWindow.ts"

/**
 * The pace of one account's messages. Zalo publishes no limit a second (`zalo-bot-api.md` §9), so none is guessed: nothing
 * waits until 429s from two chats within 10 s show that the account itself is too fast. One chat's 429 is that chat's own
 * matter (the outbox delays it).
 */
export interface Pace {
  /** Waits for this message's turn: not at all while no limit was learnt. In the order of asking. */
  take(chat: string): Effect.Effect<void>
  /** A 429 for a message to this chat. */
  refused(chat: string): Effect.Effect<void>
  /** A message was taken by Zalo. */
  readonly accepted: Effect.Effect<void>
  /** Messages a second while the account is slowed down. */
  readonly delayed: Effect.Effect<Option.Option<number>>
}

/** Refusals of different chats this near to each other are the account's, ms. */
const together = 10_000
/** What was under way when the pace was halved still brings refusals for a while, ms: they halve nothing. */
const settling = 3_000
/** So long without a refusal and the pace rises by half, ms. */
const recovery = 10_000
const rise = 1.5
/**
 * Each message that Zalo takes raises the pace a little too: refusals that come by chance, as from a gateway in trouble, would
 * else hold an account at its slowest for as long as they last.
 */
const riseEach = 1.05
/** Messages a second, however many refusals: it never stops, or it could not find out that it may go on. */
const slowest = 1
/** A waiting message looks again this often whether the pace has risen, ms. */
const look = 1_000
/** Timers fire late: so much of the lost time is made up for, ms. */
const slack = 50

interface Limit {
  /** Messages a second. */
  rate: number
  /** The rate that was tried when the limit was learnt: once over it the limit means nothing. */
  readonly tried: number
  halvedAt: number
  /** Since when there was no refusal, or no rise. */
  calmSince: number
}

export const make: Effect.Effect<Pace> = Effect.sync(() => {
  const tried = RateWindow.make()
  const accepted = RateWindow.make()
  const refusals = new Map<string, number>()
  const gate = Semaphore.makeUnsafe(1)
  let limit: Limit | undefined
  /** When the next message may leave, ms. */
  let next = 0

  const recover = (now: number): void => {
    while (limit !== undefined && now - limit.calmSince >= recovery) {
      limit.calmSince += recovery
      limit.rate *= rise
      if (limit.rate > limit.tried) limit = undefined
    }
  }

  /** How long the foremost waiting message still waits, ms; at 0 its slot is taken. */
  const slot = (now: number): number => {
    recover(now)
    if (limit === undefined) return 0
    if (next > now) return Math.min(Math.ceil(next - now), look)
    next = Math.max(next, now - slack) + 1_000 / limit.rate
    return 0
  }

  const turn: Effect.Effect<void> = Effect.suspend(() =>
    Clock.clockWith((clock) => {
      const wait = slot(clock.currentTimeMillisUnsafe())
      return wait === 0 ? Effect.void : Effect.andThen(Effect.sleep(Duration.millis(wait)), turn)
    })
  )
  const inTurn = gate.withPermit(turn)

  const noteRefusal = (chat: string, now: number): void => {
    recover(now)
    // Oldest first: a chat that is refused again moves to the end.
    refusals.delete(chat)
    refusals.set(chat, now)
    for (const [other, at] of refusals) {
      if (now - at <= together) break
      refusals.delete(other)
    }
    if (limit !== undefined) limit.calmSince = now
    if (refusals.size < 2) return
    if (limit === undefined) {
      // Half of what Zalo took, which is far less than what was tried if it refused most of it.
      const took = accepted.rate(now)
      const asked = tried.rate(now)
      const rate = Math.max(slowest, (took > 0 ? took : asked) / 2)
      limit = { rate, tried: Math.max(rate, asked), halvedAt: now, calmSince: now }
      next = now + 1_000 / rate
    } else if (now - limit.halvedAt >= settling) {
      limit.rate = Math.max(slowest, limit.rate / 2)
      limit.halvedAt = now
    }
  }

  return {
    take: () =>
      Clock.clockWith((clock) => {
        const now = clock.currentTimeMillisUnsafe()
        tried.add(now)
        recover(now)
        return limit === undefined ? Effect.void : inTurn
      }),
    refused: (chat) =>
      Clock.clockWith((clock) => Effect.sync(() => noteRefusal(chat, clock.currentTimeMillisUnsafe()))),
    accepted: Clock.clockWith((clock) => {
      accepted.add(clock.currentTimeMillisUnsafe())
      if (limit !== undefined) {
        limit.rate *= riseEach
        if (limit.rate > limit.tried) limit = undefined
      }
      return Effect.void
    }),
    delayed: Clock.clockWith((clock) => {
      recover(clock.currentTimeMillisUnsafe())
      return Effect.succeed(limit === undefined ? Option.none() : Option.some(limit.rate))
    })
  }
})
