import { command } from "../Command.ts"
import * as flags from "../commands/logs/flags.ts"
import { account } from "../flags.ts"

export const logs = command("logs", {
  summary: "show what the gateway logged",
  details: "Reads the files in logs/ of the data directory ($ZALO_EFFECT_DATA_DIR), also while no gateway runs.",
  flags: [flags.follow, flags.limit, account, flags.chat, flags.message, flags.level, flags.since],
  shape:
    '{"lines":[{"time":time,"level":string,"message":string,"account"?:string,"chat"?:string,"messageId"?:string,\n' +
    '  "traceId"?:string,"spanId"?:string,"cause"?:string,…}]}, the newest last; not with --follow',
  examples: ["logs --follow", "logs --level warn --since 1h", "logs --message 2d758cb5e222177a4e35"],
  server: true,
  load: () => import("../commands/logs.ts")
})
