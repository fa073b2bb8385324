import * as Schema from "effect/Schema"

/** One account as its own gateway knows it, in the words of `channels status`. Times are ISO 8601 UTC. */
export const AccountStatus = Schema.Struct({
  account: Schema.String,
  name: Schema.NullOr(Schema.String),
  enabled: Schema.Boolean,
  transport: Schema.Literals(["polling", "webhook"]),
  ready: Schema.Boolean,
  reason: Schema.NullOr(Schema.String),
  lastGoodAt: Schema.NullOr(Schema.String),
  /** Rows by what they are waiting for, such as `pending`, `dead`, `queued`, `unknown`. */
  queue: Schema.Record(Schema.String, Schema.Int),
  /** How many unknown events, fields and error codes Zalo sent in the last 30 days, each counted once. */
  drift: Schema.Int,
  /** Messages sent this month, and how many Zalo allows (null: not counted). `warning` is for people. */
  quota: Schema.Struct({
    used: Schema.Int,
    limit: Schema.NullOr(Schema.Finite),
    warning: Schema.NullOr(Schema.String)
  })
})
export type AccountStatus = typeof AccountStatus.Type
