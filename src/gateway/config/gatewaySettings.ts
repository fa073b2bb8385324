import * as Duration from "effect/Duration"
import { bodyTimeout, gateway, host, maxBytes, port, stopLimit, trustedProxies, webhookBody } from "./recipe/file.ts"
import type { Report } from "./report.ts"
import { type Scope, get, inner } from "./scope.ts"
import type { GatewaySettings } from "./Settings.ts"

/** What the command line says about the server; it wins over the file. */
export interface Flags {
  readonly host?: string | undefined
  readonly port?: number | undefined
}

const mebibyte = 1_048_576

export const gatewaySettings = (file: Scope, flags: Flags, report: Report): GatewaySettings => {
  const section = inner(file, gateway)
  const body = inner(section, webhookBody)
  if (flags.port !== undefined && !(Number.isInteger(flags.port) && flags.port >= 0 && flags.port <= 65_535)) {
    report.outside("--port", "must be a whole number from 0 to 65535", "Name a port")
  }
  return {
    host: flags.host ?? get(section, host) ?? "127.0.0.1",
    port: flags.port ?? get(section, port) ?? 8787,
    trustedProxies: get(section, trustedProxies) ?? [],
    stopLimit: get(section, stopLimit) ?? Duration.seconds(5),
    webhookBody: {
      maxBytes: get(body, maxBytes) ?? mebibyte,
      timeout: get(body, bodyTimeout) ?? Duration.seconds(30)
    }
  }
}
