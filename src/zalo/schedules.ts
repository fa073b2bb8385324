import * as Duration from "effect/Duration"
import * as Schedule from "effect/Schedule"

/** Doubling from `first`, never over `last`. `failures` counts from 1. */
const doubling = (first: Duration.Duration, last: Duration.Duration, failures: number): Duration.Duration =>
  // 2^30 seconds are over any limit used here, and further doubling would end in Infinity.
  Duration.min(last, Duration.times(first, 2 ** Math.min(30, Math.max(0, failures - 1))))

/**
 * Between failed polls: 1 s, 2 s, 4 s … 30 s, each ±20 %, without end. Without end, because outages of hours to days were
 * seen (`zalo-bot-api.md` §3.5, §13) and a bot that gave up would stay deaf after them. At most half a minute, because what
 * arrives while nobody polls may be lost (§5.2). With jitter, so that many accounts do not come back at the same instant.
 */
export const pollBackOff = Schedule.min([
  Schedule.exponential(Duration.seconds(1)),
  Schedule.spaced(Duration.seconds(30))
]).pipe(Schedule.jittered)

/** The same waits as a plain function, without jitter: how long to wait after that many failed polls in a row. */
export const pollDelay = (failures: number): Duration.Duration =>
  doubling(Duration.seconds(1), Duration.seconds(30), failures)

/**
 * How long a message waits after that many refusals that may pass (429, no connection): 1 s, 2 s, 4 s … 5 min. A function,
 * since the outbox keeps `next_at` in its table: a wait must survive a restart. When to stop is the outbox's own age limit.
 */
export const sendDelay = (failures: number): Duration.Duration =>
  doubling(Duration.seconds(1), Duration.minutes(5), failures)
