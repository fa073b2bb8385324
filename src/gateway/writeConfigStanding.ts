import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import type { Journal } from "../journal/Journal.ts"
import { GatewayState } from "../journal/state/GatewayState.ts"
import { encodeStanding } from "./config/ConfigStanding.ts"
import { ZaloConfig } from "./config/ZaloConfig.ts"

/** Writes down how the configuration stands, whenever that changes: commands in other processes cannot ask this one. */
export const layerConfigStanding: Layer.Layer<never, never, ZaloConfig | Journal> = Layer.effectDiscard(
  Effect.gen(function* () {
    const config = yield* ZaloConfig
    const state = yield* GatewayState
    yield* config.standings.pipe(
      Stream.runForEach((standing) =>
        // The journal tells of its own trouble.
        Effect.ignore(state.save("config", encodeStanding(standing)))
      ),
      Effect.forkScoped
    )
  })
).pipe(Layer.provide(GatewayState.layerSql))
