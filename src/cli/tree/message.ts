import { command, group } from "../Command.ts"
import * as flags from "../commands/message/flags.ts"
import { account, channel } from "../flags.ts"

export const message = group("message", "sends to a chat", [
  command("send", {
    summary: "send a text or a picture, and wait for its fate",
    flags: [channel, flags.target, flags.message, flags.media, account, flags.dryRun],
    shape: [
      '{"ok":true,"account":string,"chatId":string,"messageIds":[string]}',
      'with --dry-run {"ok":true,"dryRun":true,"account":string,"chatId":string,"chunks":[string]}',
      'part-way {"ok":false,"error":{"code":string,"message":string},"messageIds":[string]}'
    ].join("\n"),
    examples: [
      'message send --channel zalo --target 6ede9afa66b88fe6d6a9 --message "Xin chào"',
      "message send --target 6ede9afa66b88fe6d6a9 --message - < report.txt"
    ],
    load: () => import("../commands/message/send.ts")
  })
])
