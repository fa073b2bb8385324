import * as Schema from "effect/Schema"
import { ConfigProblem } from "./problems.ts"

/** How what is written stands to what is in force, for the log, `channels status` and `doctor`. */
export const ConfigStanding = Schema.Struct({
  /** Why the last edit was not taken; empty where it was. */
  problems: Schema.Array(ConfigProblem),
  /** Since when there are problems, in milliseconds since 1970; null while there are none. */
  since: Schema.NullOr(Schema.Finite),
  /** Keys whose new value is taken up by a restart only. */
  restart: Schema.Array(Schema.String),
  /** When what is in force was read, in milliseconds since 1970. */
  loadedAt: Schema.Finite
})
export type ConfigStanding = typeof ConfigStanding.Type

/** For the store, where other processes read it. */
export const encodeStanding = Schema.encodeSync(Schema.fromJsonString(ConfigStanding))
export const decodeStanding = Schema.decodeUnknownOption(Schema.fromJsonString(ConfigStanding))
