import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { type ClusterFlags, clusterOf } from "./cluster.ts"
import { keyText } from "./path.ts"
import {
  apiToken,
  bodyTimeout,
  gateway,
  host,
  maxBytes,
  port,
  stopLimit,
  trustedProxies,
  webhookBody
} from "./recipe/file.ts"
import type { Report } from "./report.ts"
import { type Scope, find, get, inner } from "./scope.ts"
import { resolve, type Secrets, unavailable } from "./secrets.ts"
import type { GatewaySettings } from "./Settings.ts"
import type { StoreSettings } from "./store.ts"

/** What the command line says about the server; it wins over the file. */
export interface Flags extends ClusterFlags {
  readonly host?: string | undefined
  readonly port?: number | undefined
}

const mebibyte = 1_048_576

/** Nobody guesses this many. */
const shortestToken = 16

/** A token that cannot be had here only matters to who serves: commands that need no secret go on without it. */
const tokenOf = Effect.fnUntraced(function* (section: Scope, secrets: "required" | "optional", report: Report) {
  const written = find(section, apiToken)
  if (written === undefined) return undefined
  const resolved = yield* resolve(written.value, keyText(written.path))
  if (resolved._tag === "Unavailable") {
    if (secrets === "required") report.problem(written.path, unavailable(resolved.message), resolved.remedy)
    return undefined
  }
  if (Redacted.value(resolved.value).length < shortestToken) {
    report.problem(written.path, `is shorter than ${shortestToken} characters`, "Take a longer one, made by chance")
  }
  return resolved.value
})

export const gatewaySettings = Effect.fnUntraced(function* (
  file: Scope,
  flags: Flags,
  secrets: "required" | "optional",
  store: StoreSettings,
  report: Report
): Effect.fn.Return<GatewaySettings, never, Secrets> {
  const section = inner(file, gateway)
  const body = inner(section, webhookBody)
  if (flags.port !== undefined && !(Number.isInteger(flags.port) && flags.port >= 0 && flags.port <= 65_535)) {
    report.outside("--port", "must be a whole number from 0 to 65535", "Name a port")
  }
  return {
    host: flags.host ?? get(section, host) ?? "127.0.0.1",
    port: flags.port ?? get(section, port) ?? 8787,
    token: yield* tokenOf(section, secrets, report),
    trustedProxies: get(section, trustedProxies) ?? [],
    stopLimit: get(section, stopLimit) ?? Duration.seconds(5),
    webhookBody: {
      maxBytes: get(body, maxBytes) ?? mebibyte,
      timeout: get(body, bodyTimeout) ?? Duration.seconds(30)
    },
    cluster: clusterOf(file, flags, store, report)
  }
})
