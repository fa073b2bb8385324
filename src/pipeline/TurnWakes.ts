import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { LaneKey } from "../domain/ids.ts"
import type { LaneSet } from "./Lanes.ts"

type Wakes = Pick<LaneSet, "wake" | "search">

/**
 * How rows of the inbox that wait again get their lanes going: for whoever made them wait in this process (an approval that
 * answers what was said before it, an operator's retry, the end of a pause). The pipeline sees another process's commits by
 * itself.
 *
 * The lanes are made of turns, and turns wake lanes: so the pipeline attaches its lanes here once it has them. Until then
 * there is nobody to wake, and its first search finds what waits.
 */
export class TurnWakes extends Context.Service<TurnWakes, Wakes & { attach(lanes: Wakes): Effect.Effect<void> }>()(
  "zalo-effect/pipeline/TurnWakes"
) {
  static readonly layer: Layer.Layer<TurnWakes> = Layer.sync(TurnWakes, () => {
    let lanes: Wakes | undefined
    return {
      attach: (made) => Effect.sync(() => void (lanes = made)),
      wake: (key: LaneKey) => Effect.suspend(() => lanes?.wake(key) ?? Effect.void),
      search: Effect.suspend(() => lanes?.search ?? Effect.void)
    }
  })
}
