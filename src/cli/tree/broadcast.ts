import { command, group } from "../Command.ts"
import * as flags from "../commands/broadcast/flags.ts"
import * as message from "../commands/message/flags.ts"
import { since } from "../commands/since.ts"
import { account } from "../flags.ts"

export const broadcastMembers =
  '"id":string,"name":string|null,"account":string,"kind":"broadcast"|"list"|"schedule","schedule":string|null,"to":"all"|"list",\n' +
  '  "state":"preparing"|"running"|"paused"|"done"|"cancelled","reason":"operator"|"quota"|"media"|"quiet-hours"|"token"|null,\n' +
  '  "detail":string|null,"createdAt":time,"createdBy":string,"endedAt":time|null,"recipients":number,\n' +
  '  "counts":{"waiting":number,"queued":number,"sent":number,"unknown":number,"dead":number,"skipped":number},"leftOut":{REASON:number}'
export const resultShape =
  '{"n":number,"chatId":string,"displayName":string,"state":string,"reason":string|null,"detail":string|null,\n' +
  '  "messageIds":[string],"outbox":[string],"at":time|null}'
export const forecastShape =
  '{"ok":true,"dryRun":true,"account":string,"recipients":number,"messages":number,"seconds":number,"endsAt":time,\n' +
  '  "quota":{"used":number,"limit":number|null,"reserve":number,"left":number|null,"fits":boolean},"leftOut":{REASON:number},\n' +
  '  "leftOutChats":[{"chatId":string,"displayName":string,"reason":string}],"chunks":[string]}'

/** One message to many. All but `send` need the store and nothing else. */
export const broadcast = group("broadcast", "sends one message to many", [
  command("send", {
    summary: "send to everybody who wrote first, at the account's own rate",
    details:
      "Without --yes nothing is sent, and what would be is told. A running gateway does the work; without one this command does.\n" +
      "Nobody gets it twice: after a crash, or with the same --name, it goes on where it stopped.",
    flags: [
      message.message,
      message.media,
      flags.to,
      { ...since, summary: "Only who wrote since then: 30d, or 2026-11-22T08:00 (UTC, or with an offset)" },
      flags.name,
      account,
      message.dryRun,
      flags.yes,
      flags.wait
    ],
    shape:
      `{"ok":true,${broadcastMembers},\n  "existing":boolean,"results"?:[as in broadcast show]}\n` +
      `with --dry-run ${forecastShape}`,
    examples: [
      'broadcast send --message "Cửa hàng nghỉ Tết đến mùng 5." --dry-run',
      'broadcast send --message "Cửa hàng nghỉ Tết đến mùng 5." --since 90d --name tet-2027 --yes'
    ],
    load: () => import("../commands/broadcast/send.ts")
  }),
  command("list", {
    summary: "show broadcasts, newest first",
    flags: [account, flags.limit],
    shape: `{"broadcasts":[{${broadcastMembers}}]}`,
    examples: ["broadcast list", "broadcast list --account shop --json"],
    load: () => import("../commands/broadcast/list.ts")
  }),
  command("show", {
    summary: "show how far a broadcast is, and what became of each recipient's message",
    flags: [flags.failed, flags.limit, flags.after, account],
    operands: [flags.ref],
    shape: `{"ok":true,${broadcastMembers},\n  "text":[string],"results":[${resultShape}]}`,
    examples: ["broadcast show b3", "broadcast show tet-2027 --failed --json"],
    load: () => import("../commands/broadcast/show.ts")
  }),
  command("pause", {
    summary: "let nothing more of a broadcast go out",
    flags: [account],
    operands: [flags.ref],
    shape: `{"ok":true,${broadcastMembers}}`,
    examples: ["broadcast pause b3"],
    load: () => import("../commands/broadcast/pause.ts")
  }),
  command("resume", {
    summary: "let a paused broadcast go on",
    details: "One that stopped at the quota may use what is kept for replies from then on.",
    flags: [account],
    operands: [flags.ref],
    shape: `{"ok":true,${broadcastMembers}}`,
    examples: ["broadcast resume b3"],
    load: () => import("../commands/broadcast/resume.ts")
  }),
  command("cancel", {
    summary: "end a broadcast: whoever has not got it will not",
    flags: [account],
    operands: [flags.ref],
    shape: `{"ok":true,${broadcastMembers}}`,
    examples: ["broadcast cancel b3"],
    load: () => import("../commands/broadcast/cancel.ts")
  })
])
