import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { randomBytes } from "node:crypto"
import type { Settings } from "../gateway/config/Settings.ts"
import type { Leases, LeaseUnavailable } from "../gateway/Leases.ts"
import { Instance } from "../pipeline/Instance.ts"
import * as fileLeases from "./leases.ts"

export const layerInstance: Layer.Layer<Instance> = Layer.sync(Instance, () => randomBytes(6).toString("hex"))

/**
 * Leases where the journal is: whoever shares the one shares the other. `together`: with the other runners of a cluster, instead of
 * alone.
 */
export const layerLeasesOf = (
  { dataDir, store }: Pick<Settings, "dataDir" | "store">,
  together = false
): Layer.Layer<Leases, LeaseUnavailable> => {
  const { postgres } = store
  if (postgres === undefined) return fileLeases.layer(dataDir)
  return Layer.unwrap(
    Effect.map(
      Effect.promise(() => import("./postgres-leases.ts")),
      ({ layer }) => layer({ ...postgres, shared: together })
    )
  ).pipe(Layer.provide(layerInstance))
}
