import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Pairing } from "../access/Pairing.ts"
import type { PairingError } from "../access/PairingError.ts"
import type { Transport } from "../domain/Account.ts"
import type { AccountId } from "../domain/ids.ts"
import { DeskError, SandboxDesk, type TransportMode, type TransportState } from "../sandbox/SandboxDesk.ts"
import { Gateway } from "../gateway/Gateway.ts"

const deskError = (error: PairingError): DeskError => {
  const tag = error.reason._tag
  const reason = tag === "NotFound" || tag === "Used" ? "unknown" : tag === "Expired" ? "expired" : "failed"
  return new DeskError({ reason, detail: error.message })
}

/** What the sandbox's page asks of the gateway beside it, for its one account. */
export const layerDesk = (options: {
  readonly account: AccountId
  readonly webhook: Transport
}): Layer.Layer<SandboxDesk, never, Gateway | Pairing> =>
  Layer.effect(
    SandboxDesk,
    Effect.gen(function* () {
      const gateway = yield* Gateway
      const pairing = yield* Pairing

      const transport = Effect.map(gateway.reports, (reports): TransportState => {
        const report = reports.find((one) => one.account === options.account)
        return {
          mode: report?.transport ?? "polling",
          ready: report?.ready ?? false,
          detail: report?.reason ?? ""
        }
      })

      return SandboxDesk.of({
        pending: Effect.mapError(pairing.list(), deskError),
        approve: (code) => Effect.asVoid(Effect.mapError(pairing.approve(code, { by: "sandbox" }), deskError)),
        decline: (code) => Effect.asVoid(Effect.mapError(pairing.decline(code, { by: "sandbox" }), deskError)),
        transport,
        setTransport: (mode: TransportMode) =>
          Effect.andThen(
            gateway.switchTo(options.account, mode === "webhook" ? options.webhook : { _tag: "Polling" }),
            transport
          )
      })
    })
  )
