import { command, group } from "../Command.ts"
import * as broadcast from "../commands/broadcast/flags.ts"
import * as message from "../commands/message/flags.ts"
import { since } from "../commands/since.ts"
import * as flags from "../commands/schedule/flags.ts"
import { account } from "../flags.ts"

const members =
  '"id":string,"name":string|null,"account":string,"cron":string|null,"zone":string,"at":time|null,"to":"all"|"chat"|"list",\n' +
  '  "chats":[string]|null,"missed":"skip"|"run-once"|"run-all"|null,"state":"active"|"paused"|"done","nextAt":time|null,\n' +
  '  "askedAt":time|null,"createdAt":time,"createdBy":string'
const run =
  '{"dueAt":time,"notedAt":time,"outcome":"started"|"asked"|"missed","missed":number,"broadcast":string|null,\n' +
  '  "state":string|null,"counts":{STATE:number}|null}'

/** What is sent when. All but `add` need the store and nothing else; the gateway makes the runs. */
export const schedule = group("schedule", "sends by the clock", [
  command("add", {
    summary: "send something when it is due, once or again and again",
    details:
      "A running gateway sends it. --to all reaches everybody who wrote first, as a broadcast does; what is for one chat keeps no\n" +
      "quiet hours. Runs that were due while no gateway ran are made up for as --missed says (proactive.missed).",
    flags: [
      flags.cron,
      flags.at,
      flags.zone,
      message.message,
      message.media,
      message.target,
      message.targets,
      broadcast.to,
      { ...since, summary: "Only who wrote within so long before each run: 30d" },
      broadcast.name,
      flags.missed,
      account,
      message.dryRun
    ],
    oneOf: [
      [flags.cron, flags.at],
      [message.target, message.targets, broadcast.to]
    ],
    shape: `{"ok":true,${members},\n  "next":[time],"chunks":[string]}\nwith --dry-run {"ok":true,"dryRun":true,"account":string,"next":[time],"chunks":[string]}`,
    examples: [
      'schedule add --cron "0 8 * * 1-5" --zone Asia/Ho_Chi_Minh --target 6ede9afa66b88fe6d6a9 --message "Chào buổi sáng!"',
      'schedule add --at 2026-12-01T08:00 --to all --message "Khai trương hôm nay." --dry-run'
    ],
    load: () => import("../commands/schedule/add.ts")
  }),
  command("list", {
    summary: "show schedules, newest first",
    flags: [account, broadcast.limit],
    shape: `{"schedules":[{${members}}]}`,
    examples: ["schedule list", "schedule list --json"],
    load: () => import("../commands/schedule/list.ts")
  }),
  command("show", {
    summary: "show a schedule, its last runs and what became of them",
    flags: [account, broadcast.limit],
    operands: [flags.ref],
    shape: `{"ok":true,${members},\n  "text":[string],"runs":[${run}]}`,
    examples: ["schedule show s1", "schedule show morning --json"],
    load: () => import("../commands/schedule/show.ts")
  }),
  command("run", {
    summary: "send it now, out of turn",
    flags: [account],
    operands: [flags.ref],
    shape: `{"ok":true,${members}}`,
    examples: ["schedule run s1"],
    load: () => import("../commands/schedule/run.ts")
  }),
  command("pause", {
    summary: "let a schedule rest",
    flags: [account],
    operands: [flags.ref],
    shape: `{"ok":true,${members}}`,
    examples: ["schedule pause s1"],
    load: () => import("../commands/schedule/pause.ts")
  }),
  command("resume", {
    summary: "let a paused schedule be due again",
    flags: [account],
    operands: [flags.ref],
    shape: `{"ok":true,${members}}`,
    examples: ["schedule resume s1"],
    load: () => import("../commands/schedule/resume.ts")
  }),
  command("remove", {
    summary: "take a schedule away",
    flags: [account],
    operands: [flags.ref],
    shape: `{"ok":true,${members}}`,
    examples: ["schedule remove s1"],
    load: () => import("../commands/schedule/remove.ts")
  })
])
