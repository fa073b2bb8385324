import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Journal } from "../journal/Journal.ts"
import { GatewayState } from "../journal/state/GatewayState.ts"
import { Pipeline } from "../pipeline/Pipeline.ts"
import { Cluster } from "./Cluster.ts"
import { Gateway } from "./Gateway.ts"
import { encodeRunner, prefix, type RunnerReport } from "./runners.ts"

const sayEvery = "2 seconds"
/** Nobody asks for it any more, ms. */
const forgotten = 86_400_000

/** What this process says of itself. */
const ownReport = Effect.gen(function* () {
  const cluster = yield* Cluster
  const gateway = yield* Gateway
  const pipeline = yield* Pipeline
  const report: RunnerReport = {
    runner: cluster?.self ?? "",
    shards: cluster === undefined ? { own: 0, all: 0 } : yield* cluster.shards,
    lanes: yield* pipeline.lanes,
    accounts: (yield* gateway.reports).filter(({ runner }) => runner === cluster?.self).map(({ account }) => account),
    seenAt: DateTime.formatIso(DateTime.makeUnsafe(yield* Clock.currentTimeMillis))
  }
  return report
})

/** Writes down how this runner stands, for commands and for the other runners; nothing where there is no cluster. */
export const layerRunnerReport: Layer.Layer<never, never, Gateway | Pipeline | Journal> = Layer.effectDiscard(
  Effect.gen(function* () {
    const cluster = yield* Cluster
    if (cluster === undefined) return
    const state = yield* GatewayState
    const name = `${prefix}${cluster.self}` as const
    const say = Effect.gen(function* () {
      yield* state.save(name, encodeRunner(yield* ownReport))
      yield* state.forget(prefix, (yield* Clock.currentTimeMillis) - forgotten)
    })
    yield* Effect.addFinalizer(() => Effect.ignore(state.forget(name, Number.MAX_SAFE_INTEGER)))
    yield* say.pipe(
      // The journal tells of its own trouble.
      Effect.ignore,
      Effect.andThen(Effect.sleep(sayEvery)),
      Effect.forever,
      Effect.withTracerEnabled(false),
      Effect.forkScoped
    )
  })
).pipe(Layer.provide(GatewayState.layerSql))
