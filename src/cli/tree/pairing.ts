import { command, group } from "../Command.ts"
import * as flags from "../commands/pairing/flags.ts"
import { account, channel } from "../flags.ts"

const decided = '{"ok":true,"account":string,"senderId":string,"displayName":string}'

/** The commands at the pairing desk. They need the store and nothing else, and are built into a file of their own. */
export const pairing = group("pairing", "decides who may talk to the bot", [
  command("list", {
    summary: "show who waits for approval",
    flags: [account, channel],
    channel: true,
    shape:
      '{"requests":[{"account":string,"senderId":string,"displayName":string,"code":string,"createdAt":time,"expiresAt":time}]}',
    examples: ["pairing list", "pairing list zalo --json"],
    load: () => import("../commands/pairing/list.ts")
  }),
  command("approve", {
    summary: "let a waiting sender talk to the bot",
    flags: [account, channel, flags.noNotify],
    operands: [flags.code],
    channel: true,
    shape: '{"ok":true,"account":string,"senderId":string,"displayName":string,"notified":boolean}',
    examples: ["pairing approve ABCD2345", "pairing approve zalo ABCD2345 --no-notify"],
    load: () => import("../commands/pairing/approve.ts")
  }),
  command("decline", {
    summary: "take a waiting sender off the list",
    details: "They are not told, and their next message brings a new code. To hear no more of them, block them.",
    flags: [account, channel],
    operands: [flags.code],
    channel: true,
    shape: decided,
    examples: ["pairing decline ABCD2345"],
    load: () => import("../commands/pairing/decline.ts")
  }),
  command("revoke", {
    summary: "take an approval back",
    details: "They are a stranger again, and may ask again. Use block to hear no more of them.",
    flags: [account, channel],
    operands: [flags.sender],
    channel: true,
    shape: decided,
    examples: ["pairing revoke 6ede9afa66b88fe6d6a9"],
    load: () => import("../commands/pairing/revoke.ts")
  }),
  command("block", {
    summary: "ignore a sender from now on, whatever the policy",
    details: "Takes an approval and a waiting request away too. Only an owner (pairing.owners) is heard all the same.",
    flags: [account, channel],
    operands: [flags.sender],
    channel: true,
    shape: decided,
    examples: ["pairing block 6ede9afa66b88fe6d6a9"],
    load: () => import("../commands/pairing/block.ts")
  }),
  command("unblock", {
    summary: "no longer ignore a sender",
    flags: [account, channel],
    operands: [flags.sender],
    channel: true,
    shape: decided,
    examples: ["pairing unblock 6ede9afa66b88fe6d6a9"],
    load: () => import("../commands/pairing/unblock.ts")
  })
])
