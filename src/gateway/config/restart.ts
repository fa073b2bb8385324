import * as Equal from "effect/Equal"
import type { Settings } from "./Settings.ts"

/** What a process holds on to from its start to its end, by the key that says it. */
const fixed: Readonly<Record<string, (settings: Settings) => unknown>> = {
  "gateway.host": ({ gateway }) => gateway.host,
  "gateway.port": ({ gateway }) => gateway.port,
  "gateway.token": ({ gateway }) => gateway.token,
  "gateway.trustedProxies": ({ gateway }) => gateway.trustedProxies,
  "gateway.stopLimit": ({ gateway }) => gateway.stopLimit,
  "gateway.webhookBody": ({ gateway }) => gateway.webhookBody,
  "gateway.cluster": ({ gateway }) => gateway.cluster,
  store: ({ store }) => store,
  logging: ({ logging }) => logging,
  telemetry: ({ telemetry }) => telemetry,
  ZALO_EFFECT_DATA_DIR: ({ dataDir }) => dataDir
}

/** The keys whose value differs between the start and now, and counts only after a restart. */
export const needsRestart = (started: Settings, now: Settings): ReadonlyArray<string> =>
  Object.entries(fixed).flatMap(([key, of]) => (Equal.equals(of(started), of(now)) ? [] : [key]))
