import { command, group } from "./Command.ts"
import { account, channel } from "./flags.ts"
import { pairing } from "./tree/pairing.ts"
import * as channelsFlags from "./commands/channels/flags.ts"
import * as messageFlags from "./commands/message/flags.ts"
import * as serverFlags from "./commands/flags.ts"

/** Every command, by what one types. The table of contents of this folder: a command's own file is loaded when it runs. */
export const tree = group("zalo-effect", "connects Zalo bots to agents", [
  command("serve", {
    summary: "run the gateway",
    flags: [serverFlags.host, serverFlags.port],
    examples: ["serve", "serve --host 0.0.0.0 --port 8787"],
    server: true,
    load: () => import("./commands/serve.ts")
  }),
  command("sandbox", {
    summary: "try everything against an emulated Zalo, without a token",
    flags: [serverFlags.port, serverFlags.reset],
    examples: ["sandbox", "sandbox --reset"],
    server: true,
    load: () => import("./commands/sandbox.ts")
  }),
  pairing,
  group("message", "sends to a chat", [
    command("send", {
      summary: "send a text or a picture, and wait for its fate",
      flags: [channel, messageFlags.target, messageFlags.message, messageFlags.media, account, messageFlags.dryRun],
      examples: [
        'message send --channel zalo --target 6ede9afa66b88fe6d6a9 --message "Xin chào"',
        "message send --target 6ede9afa66b88fe6d6a9 --message - < report.txt"
      ],
      load: () => import("./commands/message/send.ts")
    })
  ]),
  group("channels", "tells what is configured and what can be done", [
    command("status", {
      summary: "show every account and how it does",
      flags: [channelsFlags.probe, channel],
      examples: ["channels status", "channels status --probe --json"],
      load: () => import("./commands/channels/status.ts")
    }),
    command("capabilities", {
      summary: "show what the channel can and cannot do",
      flags: [channel],
      examples: ["channels capabilities"],
      load: () => import("./commands/channels/capabilities.ts")
    })
  ]),
  group("config", "looks at the configuration", [
    command("check", {
      summary: "say everything that is wrong with it",
      examples: ["config check", "config check --config zalo-effect.json5"],
      load: () => import("./commands/config/check.ts")
    }),
    command("show", {
      summary: "show it as it is used, secrets hidden",
      examples: ["config show"],
      load: () => import("./commands/config/show.ts")
    }),
    command("schema", {
      summary: "print its JSON Schema",
      examples: ["config schema > zalo-effect.schema.json"],
      load: () => import("./commands/config/schema.ts")
    })
  ])
])
