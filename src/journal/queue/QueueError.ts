import * as Schema from "effect/Schema"

/** What was asked of the queue cannot be done, and nothing was changed. `detail` is a sentence for the operator. */
export class QueueError extends Schema.TaggedError<QueueError>()("QueueError", {
  reason: Schema.Literals([
    /** It is no name of a row. */
    "bad-id",
    "not-found",
    /** Several rows have this id. */
    "ambiguous",
    /** It is in a state that the repair is not for. */
    "wrong-state",
    /** Its turn runs, or it is being sent. */
    "in-progress",
    /** Something else was sent in its stead. */
    "replaced",
    /** The person does not want to be written to. */
    "opted-out"
  ]),
  detail: Schema.String
}) {
  override get message(): string {
    return this.detail
  }
}
