import { command, group } from "../Command.ts"
import * as flags from "../commands/queue/flags.ts"

const inbox =
  '{"id":string,"account":string,"chat":string,"state":string,"reason":string|null,"detail":string|null,"receivedAt":time,"source":string,"messageId":string,"duplicates":number,"attempts":number,"starts":number,"held":boolean,"nextAt":time|null,"endedAt":time|null}'
const outbox =
  '{"id":string,"account":string,"chat":string,"state":string,"reason":string|null,"detail":string|null,"createdAt":time,"origin":string,"kind":string,"answers":string|null,"turn":string|null,"messageId":string|null,"attempts":number,"replacedBy":string|null,"nextAt":time|null,"settledAt":time|null}'
const repairs = '"repairs":[{"action":string,"by":string,"at":time,"was":{"state":string,"reason":string|null}}]'
const attempt =
  '{"n":number,"startedAt":time,"endedAt":time|null,"elapsedMs":number|null,"outcome":string|null,"detail":string|null}'
const repaired =
  '{"ok":true,"dryRun":boolean,"id"?:string,"state"?:string,"count":number,"ids":[string],"left"?:[{"id":string,"why":string}]}'

/** What waits, what failed, and what to do about it. They need the store and nothing else. */
export const queue = group("queue", "shows and repairs what waits and what failed", [
  command("list", {
    summary: "list what waits and what did not end well, newest first",
    details:
      "Without --state or --all: pending, dead, queued, sending, unknown and skipped rows that nobody has dropped.",
    flags: [...flags.filterFlags, flags.everything, flags.limit, flags.after],
    shape: `{"inbox":[${inbox}],\n "outbox":[${outbox}]}`,
    examples: [
      "queue list",
      "queue list --state dead --since 24h",
      "queue list --chat 6ede9afa66b88fe6d6a9 --all --json"
    ],
    load: () => import("../commands/queue/list.ts")
  }),
  command("show", {
    summary: "show one row, the calls made for it and the repairs done to it",
    flags: [flags.withText],
    operands: [flags.id],
    shape: `an inbox row: ${inbox.slice(0, -1)},${repairs},"text"?:string}\nan outbox row: ${outbox.slice(0, -1)},"tries":[${attempt}],${repairs},"text"?:string}`,
    examples: ["queue show out:12", "queue show in:default/2d758cb5e222177a4e35 --text"],
    load: () => import("../commands/queue/show.ts")
  }),
  command("retry", {
    summary: "try a dead message again, or send after all what was not sent",
    details:
      "A dead message is tried again with full patience. A send that is dead, unknown or skipped goes out with what is left of\nits reply, in order. A running gateway begins at once.",
    flags: [flags.all, ...flags.filterFlags, flags.dryRun],
    operands: [flags.maybeId],
    shape: repaired,
    examples: ["queue retry in:default/2d758cb5e222177a4e35", "queue retry --all --reason agent-failed --dry-run"],
    load: () => import("../commands/queue/retry.ts")
  }),
  command("drop", {
    summary: "give a row up, so that it alarms nobody",
    details: "It stays, as dead with the reason dropped, and can be retried. --force is for one row by its id.",
    flags: [flags.all, ...flags.filterFlags, flags.force, flags.dryRun],
    operands: [flags.maybeId],
    shape: repaired,
    examples: ["queue drop out:12", "queue drop --all --reason undecodable"],
    load: () => import("../commands/queue/drop.ts")
  }),
  command("resolve", {
    summary: "say what became of a send of unknown fate",
    flags: [flags.sent, flags.messageId, flags.resend, flags.drop, flags.dryRun],
    operands: [flags.id],
    shape: repaired,
    examples: ["queue resolve out:12 --sent --message-id 8d1f0c5e7b3a29461c80", "queue resolve out:12 --resend"],
    load: () => import("../commands/queue/resolve.ts")
  }),
  command("prune", {
    summary: "delete what is old and ended, with all that was sent for it",
    details:
      "A running gateway does this by itself (retention.done). What waits is never deleted; what is dead or unknown only with\n--state, or once it was dropped.",
    flags: [flags.olderThan, flags.prunableState, flags.dryRun],
    shape: '{"ok":true,"dryRun":boolean,"deleted":{"inbox":number,"outbox":number}}',
    examples: ["queue prune --dry-run", "queue prune --older-than 7d --state dead"],
    load: () => import("../commands/queue/prune.ts")
  })
])

export const trace = command("trace", {
  summary: "show where a message is, from its receipt to the last part of its reply",
  flags: [flags.withText],
  operands: [flags.anyId],
  shape: `{"message":${inbox.slice(0, -1)},"kind":string|null,"sender":{"id":string,"displayName":string}|null,"sentAt":time|null,${repairs},"text"?:string}|null,
 "verdict":{"decision":"allow"|"ask"|"drop"|"none","rule":string|null,"reason":string|null}|null,
 "turn":{"id":string,"members":[string],"state":string,"reason":string|null,"detail":string|null,"agent":string|null,"starts":number,"attempts":number,"beganAt":time|null,"askedAt":time|null,"answeredAt":time|null,"endedAt":time|null,"nextAt":time|null,"times":{"waitedMs":number|null,"agentMs":number|null,"firstSentMs":number|null,"lastSentMs":number|null,"totalMs":number|null}}|null,
 "sends":[${outbox.slice(0, -1).replace('"attempts":number', `"attempts":[${attempt}]`)},${repairs},"text"?:string}]}`,
  examples: ["trace in:default/2d758cb5e222177a4e35", "trace 8d1f0c5e7b3a29461c80 --json"],
  load: () => import("../commands/queue/trace.ts")
})
