import { command, group } from "../Command.ts"
import * as flags from "../commands/channels/flags.ts"
import { channel } from "../flags.ts"
import { findingShape } from "./doctor.ts"

export const channels = group("channels", "tells what is configured and what can be done", [
  command("status", {
    summary: "show every account and how it does",
    flags: [flags.probe, flags.details, channel],
    shape:
      '{"accounts":[{"account":string,"name":string|null,"enabled":boolean,"transport":"polling"|"webhook","ready":boolean,\n' +
      '  "reason":string|null,"lastGoodAt":time|null,"queue":{STATE:number},"oldestWaitingAt":time|null,"drift":number,\n' +
      '  "quota":{"used":number,"limit":number|null,"warning":string|null},\n' +
      '  "lease":{"pid":number,"host":string,"since":time}|null,"problems":[PROBLEM],\n' +
      '  "probe"?:{"ok":boolean,"bot":string|null,"elapsedMs":number,"error"?:string}}],"problems":[PROBLEM],\n' +
      '  "runners"?:[{"runner":string,"shards":{"own":number,"all":number},"lanes":{"turns":number,"sends":number},"accounts":[string],"seenAt":time}]}\n' +
      `PROBLEM: ${findingShape}`,
    examples: ["channels status", "channels status --probe --json"],
    load: () => import("../commands/channels/status.ts")
  }),
  command("capabilities", {
    summary: "show what the channel can and cannot do",
    flags: [channel],
    shape: '{"channel":"zalo","chatTypes":[string],"media":boolean,"actions":[string],CAPABILITY:boolean}',
    examples: ["channels capabilities"],
    load: () => import("../commands/channels/capabilities.ts")
  })
])
