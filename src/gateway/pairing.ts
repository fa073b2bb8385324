import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Pairing } from "../access/Pairing.ts"
import { SendLanes } from "../pipeline/SendLanes.ts"
import { TurnWakes } from "../pipeline/TurnWakes.ts"

/**
 * The desk beside a gateway of the same process: who is approved is told at once, and the messages that waited are answered.
 * The desk alone only writes to the journal, and the gateway looks there unasked only after somebody else's commits.
 */
export const layerPairing: Layer.Layer<Pairing, never, Pairing | SendLanes | TurnWakes> = Layer.effect(
  Pairing,
  Effect.gen(function* () {
    const desk = yield* Pairing
    const sends = yield* SendLanes
    const turns = yield* TurnWakes
    return Pairing.of({
      ...desk,
      approve: (code, options) => Effect.tap(desk.approve(code, options), Effect.andThen(turns.search, sends.search))
    })
  })
)
