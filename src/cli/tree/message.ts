import { command, group } from "../Command.ts"
import { name } from "../commands/broadcast/flags.ts"
import * as flags from "../commands/message/flags.ts"
import { account, channel } from "../flags.ts"
import { broadcastMembers, forecastShape, resultShape } from "./broadcast.ts"

export const message = group("message", "sends to a chat", [
  command("send", {
    summary: "send a text or a picture, and wait for its fate",
    details:
      "With --targets it is a broadcast underneath: paced, kept in the journal, with a result for each chat. Whoever opted out or is\n" +
      "blocked is left out. With the same --name it goes on where it stopped, and nobody gets it twice.",
    flags: [channel, flags.target, flags.targets, flags.message, flags.media, name, account, flags.dryRun],
    oneOf: [[flags.target, flags.targets]],
    shape: [
      '{"ok":true,"account":string,"chatId":string,"messageIds":[string]}',
      'with --dry-run {"ok":true,"dryRun":true,"account":string,"chatId":string,"chunks":[string]}',
      'part-way {"ok":false,"error":{"code":string,"message":string},"messageIds":[string]}',
      `with --targets {"ok":boolean,"error"?:{"code":string,"message":string},${broadcastMembers},\n  "existing":boolean,"results":[${resultShape}]}`,
      `with --targets and --dry-run ${forecastShape}`
    ].join("\n"),
    examples: [
      'message send --channel zalo --target 6ede9afa66b88fe6d6a9 --message "Xin chào"',
      "message send --target 6ede9afa66b88fe6d6a9 --message - < report.txt",
      'message send --targets customers.csv --message "Hàng đã về." --name restock-12'
    ],
    load: () => import("../commands/message/send.ts")
  })
])
