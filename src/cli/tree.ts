import { command, group } from "./Command.ts"
import { account, channel } from "./flags.ts"
import * as channelsFlags from "./commands/channels/flags.ts"
import * as messageFlags from "./commands/message/flags.ts"
import * as pairingFlags from "./commands/pairing/flags.ts"
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
  group("pairing", "decides who may talk to the bot", [
    command("list", {
      summary: "show who waits for approval",
      flags: [account, channel],
      channel: true,
      examples: ["pairing list", "pairing list zalo --json"],
      load: () => import("./commands/pairing/list.ts")
    }),
    command("approve", {
      summary: "let a waiting sender talk to the bot",
      flags: [account, channel, pairingFlags.noNotify],
      operands: [pairingFlags.code],
      channel: true,
      examples: ["pairing approve ABCD2345", "pairing approve zalo ABCD2345 --no-notify"],
      load: () => import("./commands/pairing/approve.ts")
    }),
    command("decline", {
      summary: "take a waiting sender off the list",
      flags: [account, channel],
      operands: [pairingFlags.code],
      channel: true,
      examples: ["pairing decline ABCD2345"],
      load: () => import("./commands/pairing/decline.ts")
    }),
    command("revoke", {
      summary: "take an approval back",
      flags: [account, channel],
      operands: [pairingFlags.sender],
      channel: true,
      examples: ["pairing revoke 6ede9afa66b88fe6d6a9"],
      load: () => import("./commands/pairing/revoke.ts")
    }),
    command("block", {
      summary: "ignore a sender from now on, whatever the policy",
      flags: [account, channel],
      operands: [pairingFlags.sender],
      channel: true,
      examples: ["pairing block 6ede9afa66b88fe6d6a9"],
      load: () => import("./commands/pairing/block.ts")
    }),
    command("unblock", {
      summary: "no longer ignore a sender",
      flags: [account, channel],
      operands: [pairingFlags.sender],
      channel: true,
      examples: ["pairing unblock 6ede9afa66b88fe6d6a9"],
      load: () => import("./commands/pairing/unblock.ts")
    })
  ]),
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
