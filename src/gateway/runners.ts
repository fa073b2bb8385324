import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { GatewayState } from "../journal/state/GatewayState.ts"

/** One runner of a cluster, as it last said of itself. */
export const RunnerReport = Schema.Struct({
  /** `HOST:PORT`, where the other runners reach it. */
  runner: Schema.String,
  /** How many shards are its own, of how many. */
  shards: Schema.Struct({ own: Schema.Int, all: Schema.Int }),
  /** Lanes at work: those of messages and those of replies. */
  lanes: Schema.Struct({ turns: Schema.Int, sends: Schema.Int }),
  /** The accounts whose updates it lets in. */
  accounts: Schema.Array(Schema.String),
  /** ISO 8601, UTC. */
  seenAt: Schema.String
})
export type RunnerReport = typeof RunnerReport.Type

export const encodeRunner = Schema.encodeSync(Schema.fromJsonString(RunnerReport))
const decode = Schema.decodeUnknownOption(Schema.fromJsonString(RunnerReport))

/** What their names in the store begin with. */
export const prefix = "runner/" as const

/** Who has not said anything for so long is gone, ms. */
const silence = 10_000
/** Those that are there. None where there is no cluster. */
export const readRunners = Effect.gen(function* () {
  const state = yield* GatewayState
  const now = yield* Clock.currentTimeMillis
  const said = yield* state.list(prefix)
  return said
    .filter(({ updatedAt }) => now - updatedAt < silence)
    .flatMap(({ json }) => Option.toArray(decode(json)))
    .toSorted((a, b) => (a.runner < b.runner ? -1 : 1))
})
