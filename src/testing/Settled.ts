import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Pairing } from "../access/Pairing.ts"
import { EmulatedZalo } from "../sandbox/Zalo.ts"

/** Waits until the gateway and its Zalo have nothing left to do before the clock moves. */
export class Settled extends Context.Service<Settled, Effect.Effect<void>>()("zalo-effect/testing/Settled") {}

/** What people do there is over when it returns: `TestClock.adjust` finds nothing on its way. */
export const layerSettlingZalo: Layer.Layer<EmulatedZalo, never, EmulatedZalo | Settled> = Layer.effect(
  EmulatedZalo,
  Effect.gen(function* () {
    const zalo = yield* EmulatedZalo
    const settled = yield* Settled
    return EmulatedZalo.of({
      ...zalo,
      inject: (message) => Effect.tap(zalo.inject(message), settled),
      injectRaw: (body, options) => Effect.tap(zalo.injectRaw(body, options), settled),
      injectEvent: (name, message, options) => Effect.tap(zalo.injectEvent(name, message, options), settled),
      awaitSent: (chat, index, options) => Effect.tap(zalo.awaitSent(chat, index, options), settled)
    })
  })
)

/** The same for an approval: who is approved has been told. */
export const layerSettlingPairing: Layer.Layer<Pairing, never, Pairing | Settled> = Layer.effect(
  Pairing,
  Effect.gen(function* () {
    const desk = yield* Pairing
    const settled = yield* Settled
    return Pairing.of({ ...desk, approve: (code, options) => Effect.tap(desk.approve(code, options), settled) })
  })
)
