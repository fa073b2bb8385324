import { command, group } from "../Command.ts"
import * as flags from "../commands/chat/flags.ts"
import { dryRun, media, message } from "../commands/message/flags.ts"
import { noNotify } from "../commands/pairing/flags.ts"
import { withText } from "../commands/queue/flags.ts"
import { account, channel } from "../flags.ts"

const listed =
  '{"account":string,"chatId":string,"type":"PRIVATE"|"GROUP","name":string,"firstSeenAt":time,"lastSeenAt":time,"messages":number,"paused":boolean,"pausedAt":time|null,"pausedBy":"cli"|"api"|"keyword"|"agent"|"failure"|null,"reason":string|null,"resumeAt":time|null,"waiting":number,"waitingSince":time|null,"optedOutAt":time|null}'

/** Where people step in. But for `say`, they need the store and nothing else. */
export const chat = group("chat", "lets people answer in the bot's stead", [
  command("list", {
    summary: "list the chats that were let in, the last heard of first",
    flags: [flags.waiting, flags.paused, flags.optedOut, flags.chatLimit, account, channel],
    channel: true,
    shape: `{"chats":[${listed}]}`,
    examples: ["chat list --waiting", "chat list zalo --paused --json"],
    load: () => import("../commands/chat/list.ts")
  }),
  command("show", {
    summary: "show one chat, and what was last said there",
    details: "Words are shown with --text only.",
    flags: [withText, flags.messageLimit, account, channel],
    operands: [flags.chat],
    channel: true,
    shape: `{"chat":${listed},\n "messages":[{"at":time,"from":"person"|"bot"|"operator","name"?:string,"kind":string,"state":string,"reason":string|null,"text"?:string,"url"?:string}]}`,
    examples: ["chat show 6ede9afa66b88fe6d6a9 --text"],
    load: () => import("../commands/chat/show.ts")
  }),
  command("pause", {
    summary: "let a person answer in a chat, and the bot keep silent",
    details:
      "What is written there meanwhile is kept, and no agent is asked. A turn under way is cancelled. The people of the chat are\ntold once (handoff.notice), unless --no-notify is given.",
    flags: [flags.lasts, flags.reason, noNotify, account, channel],
    operands: [flags.chat],
    channel: true,
    shape: '{"ok":true,"account":string,"chatId":string,"began":boolean,"resumeAt":time|null}',
    examples: ["chat pause 6ede9afa66b88fe6d6a9", 'chat pause zalo 6ede9afa66b88fe6d6a9 --for 30m --reason "refund"'],
    load: () => import("../commands/chat/pause.ts")
  }),
  command("say", {
    summary: "send a person's words as the bot, and wait for their fate",
    flags: [message, media, flags.noWait, dryRun, account, channel],
    operands: [flags.chat],
    channel: true,
    shape: [
      '{"ok":true,"account":string,"chatId":string,"messageIds":[string]}',
      'with --no-wait {"ok":true,"account":string,"chatId":string,"queued":[string]}',
      'with --dry-run {"ok":true,"dryRun":true,"account":string,"chatId":string,"chunks":[string]}'
    ].join("\n"),
    examples: ['chat say 6ede9afa66b88fe6d6a9 --message "Chào chị, em là Hà."'],
    load: () => import("../commands/chat/say.ts")
  }),
  command("resume", {
    summary: "let the bot answer in a chat again",
    details:
      "What was kept is done (reason handoff). With --answer the bot answers what was written since a person last did, or all of it\nwhere nobody did.",
    flags: [flags.answer, account, channel],
    operands: [flags.chat],
    channel: true,
    shape: '{"ok":true,"account":string,"chatId":string,"settled":number,"released":number}',
    examples: ["chat resume 6ede9afa66b88fe6d6a9", "chat resume zalo 6ede9afa66b88fe6d6a9 --answer"],
    load: () => import("../commands/chat/resume.ts")
  })
])
