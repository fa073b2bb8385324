import { command } from "../Command.ts"
import * as flags from "../commands/flags.ts"

const listening = '{"ok":true,"url":string}, once it listens'

export const serve = command("serve", {
  summary: "run the gateway",
  flags: [flags.host, flags.port, flags.clusterHost, flags.clusterPort, flags.wait],
  shape: listening,
  examples: ["serve", "serve --host 0.0.0.0 --port 8787", "serve --cluster-host 10.0.0.5", "serve --wait"],
  server: true,
  load: () => import("../commands/serve.ts")
})

export const sandbox = command("sandbox", {
  summary: "try everything against an emulated Zalo, without a token",
  flags: [flags.port, flags.reset],
  shape: listening,
  examples: ["sandbox", "sandbox --reset"],
  server: true,
  load: () => import("../commands/sandbox.ts")
})
