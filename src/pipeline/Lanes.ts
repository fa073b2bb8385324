import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type { AccountId, LaneKey } from "../domain/ids.ts"
import { makeLaneEngine } from "./laneEngine.ts"

export interface LaneOptions {
  readonly name: string
  /** `woken` ends when the lane is woken again. Works on the oldest thing in a lane, and says whether there may be more. It never fails. */
  readonly step: (key: LaneKey, woken: Effect.Effect<void>) => Effect.Effect<boolean>
  /** Some lanes with work, each time the next ones around; none when it has been around. */
  readonly find: (limit: number) => Effect.Effect<ReadonlyArray<LaneKey>>
}

export interface LaneSet {
  /** There is something new in this lane. It only sets a flag. */
  wake(key: LaneKey): Effect.Effect<void>
  /** There may be work in lanes that nobody named: look for it. */
  readonly search: Effect.Effect<void>
  /** Begins nothing more, waits this long for what has begun, then interrupts it. */
  stop(limit: Duration.Duration): Effect.Effect<void>
  /** The same for one account's lanes, until it is let in again. */
  leave(account: AccountId, limit: Duration.Duration): Effect.Effect<void>
  /** Lets an account's lanes work again that were left. */
  enter(account: AccountId): Effect.Effect<void>
  /** Lanes at work now. */
  readonly size: Effect.Effect<number>
}

/** Runs a handler per lane: in order inside one, lanes side by side. */
export class Lanes extends Context.Service<
  Lanes,
  { open(options: LaneOptions): Effect.Effect<LaneSet, never, Scope.Scope> }
>()("zalo-effect/pipeline/Lanes") {
  /** In one process: a lane is a key, a flag and a fiber, and exists only while it works. */
  static readonly layerLocal: Layer.Layer<Lanes> = Layer.succeed(Lanes, { open: (options) => makeLaneEngine(options) })
}
