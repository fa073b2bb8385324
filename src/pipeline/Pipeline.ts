import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { AccountId, LaneKey } from "../domain/ids.ts"
import { Inbox } from "../journal/Inbox.ts"
import { Journal, type JournalError } from "../journal/Journal.ts"
import { Outbox } from "../journal/Outbox.ts"
import { pullIn } from "../journal/overlong.ts"
import { type AccountRuntime, Accounts } from "./Accounts.ts"
import { Handoffs } from "./Handoffs.ts"
import { Lanes } from "./Lanes.ts"
import { roundOf } from "./rounds.ts"
import { Sender } from "./Sender.ts"
import { SendLanes } from "./SendLanes.ts"
import { Turns } from "./Turns.ts"
import { TurnWakes } from "./TurnWakes.ts"

/**
 * How often rows that became due, and what other processes wrote, are looked for. On virtual time each look costs real time,
 * so the test kit looks more seldom.
 */
export const SweepEvery = Context.Reference<Duration.Duration>("zalo-effect/pipeline/SweepEvery", {
  defaultValue: () => Duration.millis(250)
})
/** Every so many sweeps, rows that nobody is sending any more are settled. */
export const RecoverEvery = Context.Reference<number>("zalo-effect/pipeline/RecoverEvery", { defaultValue: () => 20 })
/** No row waits for longer: turns for 3 minutes, sends for 5. Whoever does was written before the clock was set back. In ms. */
const longestWait = 10 * 60_000
/** Lanes that one sweep wakes, at most: the next one goes on. */
const sweepLimit = 256

const afterDefect = "10 seconds"

/** What an unusable store does to a lane: it waits, and asks again. */
const stepOrWait =
  (name: string, step: (key: LaneKey, woken: Effect.Effect<void>) => Effect.Effect<boolean, JournalError>) =>
  (key: LaneKey, woken: Effect.Effect<void>): Effect.Effect<boolean> =>
    step(key, woken).pipe(
      // The journal itself says once that it cannot be used.
      Effect.catch((error) => Effect.as(Effect.delay(Effect.logDebug(`${name}: ${error.message}`), "1 second"), true)),
      // Its rows still wait: left alone, the lane would be silent until somebody writes again.
      Effect.catchDefect((defect) =>
        Effect.as(Effect.delay(Effect.logError(`${name}: a defect in this lane`, defect), afterDefect), true)
      )
    )

export const layerSendLanes: Layer.Layer<SendLanes, never, Lanes | Sender | Outbox | Accounts> = Layer.effect(
  SendLanes,
  Effect.gen(function* () {
    const lanes = yield* Lanes
    const sender = yield* Sender
    const outbox = yield* Outbox
    return yield* lanes.open({
      name: "sends",
      step: stepOrWait("sends", sender.step),
      find: yield* roundOf(outbox.lanes)
    })
  })
)

/** Everything between the inbox and Zalo, at work. */
export class Pipeline extends Context.Service<
  Pipeline,
  {
    /** A message was admitted. */
    admitted(key: LaneKey): Effect.Effect<void>
    /** Accounts were taken on: what waits for them is begun. */
    readonly resume: Effect.Effect<void, JournalError>
    /** Lanes of this process that are at work now. */
    readonly lanes: Effect.Effect<{ readonly turns: number; readonly sends: number }>
    /** One account was taken on, that may have been left before. */
    enter(account: AccountId): Effect.Effect<void, JournalError>
    /** Ends what is under way for one account, as `stop` does for all, and begins nothing more. */
    leave(account: AccountId, limit: Duration.Duration): Effect.Effect<void>
    /** Turns first, then what they still have to send; each for half of the time. What is left stays in the journal. */
    stop(limit: Duration.Duration): Effect.Effect<void>
  }
>()("zalo-effect/pipeline/Pipeline") {
  static readonly layer: Layer.Layer<
    Pipeline,
    never,
    Lanes | Turns | TurnWakes | Handoffs | Sender | SendLanes | Journal | Inbox | Outbox | Accounts
  > = Layer.effect(
    Pipeline,
    Effect.suspend(() => make)
  )
}

const make = Effect.gen(function* () {
  const journal = yield* Journal
  const inbox = yield* Inbox
  const outbox = yield* Outbox
  const accounts = yield* Accounts
  const turns = yield* Turns
  const sender = yield* Sender
  const handoffs = yield* Handoffs
  const sendLanes = yield* SendLanes
  const lanes = yield* Lanes
  const turnLanes = yield* lanes.open({
    name: "turns",
    step: stepOrWait("turns", turns.step),
    find: yield* roundOf(inbox.lanes)
  })
  yield* (yield* TurnWakes).attach(turnLanes)

  const recoverOne = Effect.fnUntraced(function* (account: AccountRuntime) {
    if ((yield* sender.recover(account)) > 0) yield* sendLanes.search
    const { id } = account.settings
    if (yield* pullIn(journal, id, yield* Clock.currentTimeMillis, longestWait)) {
      yield* Effect.logWarning(
        "the clock was set back: what waited for a time that is far off now is tried at once"
      ).pipe(Effect.annotateLogs({ account: id }))
    }
  })
  const recover = Effect.flatMap(accounts.all, Effect.forEach(recoverOne, { discard: true }))

  const sweep = Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    for (const account of yield* accounts.all) {
      const { id } = account.settings
      for (const chat of yield* inbox.due(id, now, sweepLimit)) yield* turnLanes.wake({ account: id, chat })
      yield* handoffs.look(account)
      if (!(yield* account.maySend)) continue
      for (const chat of yield* outbox.due(id, now, sweepLimit)) yield* sendLanes.wake({ account: id, chat })
    }
    if (yield* journal.changedElsewhere) {
      yield* turnLanes.search
      yield* sendLanes.search
    }
  })

  const sweepEvery = yield* SweepEvery
  const recoverEvery = yield* RecoverEvery
  yield* Effect.gen(function* () {
    for (let n = 1; ; n++) {
      yield* Effect.sleep(sweepEvery)
      yield* (n % recoverEvery === 0 ? Effect.andThen(recover, sweep) : sweep).pipe(
        Effect.catch((error) => Effect.logDebug(error.message)),
        // Without the sweep, what was put off would wait until the process is started again.
        Effect.catchDefect((defect) =>
          Effect.andThen(Effect.logError("a defect in the sweep: it goes on", defect), Effect.sleep(afterDefect))
        )
      )
    }
  }).pipe(Effect.withTracerEnabled(false), Effect.forkScoped)

  const search = Effect.andThen(turnLanes.search, sendLanes.search)

  return Pipeline.of({
    admitted: turnLanes.wake,
    lanes: Effect.all({ turns: turnLanes.size, sends: sendLanes.size }),
    // What waits is looked for also where nothing could be recovered: the search tries again until the store answers.
    resume: Effect.ensuring(recover, search),
    enter: Effect.fnUntraced(function* (account: AccountId) {
      yield* turnLanes.enter(account)
      yield* sendLanes.enter(account)
      const known = yield* accounts.get(account)
      yield* Effect.ensuring(Option.isSome(known) ? recoverOne(known.value) : Effect.void, search)
    }),
    leave: Effect.fnUntraced(function* (account: AccountId, limit: Duration.Duration) {
      const half = Duration.divideUnsafe(limit, 2)
      yield* turnLanes.leave(account, half)
      yield* sendLanes.leave(account, half)
    }),
    stop: Effect.fnUntraced(function* (limit: Duration.Duration) {
      const half = Duration.divideUnsafe(limit, 2)
      yield* turnLanes.stop(half)
      yield* sendLanes.stop(half)
    })
  })
})
