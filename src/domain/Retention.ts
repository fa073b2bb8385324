import type * as Duration from "effect/Duration"

/** How long the journal keeps what is over. What waits is always kept. */
export interface Retention {
  /**
   * Messages that were answered or ignored, and all that was sent for them. An update that is older than that is no news: its
   * key may be forgotten.
   */
  readonly done: Duration.Duration
  /** What is dead, or of unknown fate, and nobody has dropped; undefined: until somebody prunes it. */
  readonly dead: Duration.Duration | undefined
}
