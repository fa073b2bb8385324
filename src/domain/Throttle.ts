import type * as Duration from "effect/Duration"

/** How much one sender may write. */
export interface Throttle {
  /** Let in within `per`, by the times at which they arrived. What goes beyond it is ignored. */
  readonly messages: number
  readonly per: Duration.Duration
  /** Whether the sender is told, once in each `per`. */
  readonly notice: boolean
}
