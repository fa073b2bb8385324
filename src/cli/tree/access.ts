import { command, group } from "../Command.ts"
import * as flags from "../commands/access/flags.ts"
import { since } from "../commands/since.ts"
import { account } from "../flags.ts"

const grants =
  '"grants":[{"account":string,"senderId":string,"displayName":string,"approvedBy":string,"approvedAt":time,"how":string}]'
const blocks =
  '"blocks":[{"account":string,"senderId":string,"displayName":string,"blockedBy":string,"blockedAt":time}]'
const requests =
  '"requests":[{"account":string,"senderId":string,"displayName":string,"code":string,"createdAt":time,"expiresAt":time}]'

/** Who may talk to the bot, and who decided that. They need the store and nothing else. */
export const access = group("access", "shows and carries over who may talk to the bot", [
  command("list", {
    summary: "list who was let in, who is blocked and who waits",
    details: "What the configuration says (allowFrom, pairing.owners) is not in it; config show has that.",
    flags: [flags.grants, flags.blocks, flags.requests, account],
    shape: `{${grants},\n ${blocks},\n ${requests}}, with flags only those`,
    examples: ["access list", "access list --blocks --json"],
    load: () => import("../commands/access/list.ts")
  }),
  command("audit", {
    summary: "list who decided what about whom, newest first",
    details:
      "ACTION is approve, decline, revoke, block, unblock or import. BY is cli:USER@HOST, owner:SENDER, api or api:NAME.",
    flags: [flags.sender, account, since, flags.limit],
    shape:
      '{"entries":[{"at":time,"account":string,"senderId":string,"displayName":string,"action":string,"by":string,"how":"cli"|"api"|"owner"|"import"|"program","code":string|null}]}',
    examples: ["access audit --since 7d", "access audit --sender 6ede9afa66b88fe6d6a9 --json"],
    load: () => import("../commands/access/audit.ts")
  }),
  command("export", {
    summary: "write everybody who was let in to stdout, for a spreadsheet or another store",
    flags: [account, flags.format],
    shape: `{${grants}}`,
    examples: ["access export > grants.csv", "access export --account shop --format json"],
    load: () => import("../commands/access/export.ts")
  }),
  command("import", {
    summary: "let in everybody of a file, without a word to them",
    details:
      "The first line names the columns: senderId, and any of account, displayName, approvedBy, approvedAt. A wrong line is named,\nand then nobody is let in. Who is blocked stays blocked. The same file twice is as good as once.",
    flags: [account, flags.dryRun],
    operands: [flags.file],
    shape:
      '{"ok":true,"dryRun":boolean,"added":number,"alreadyThere":number,"blocked":number}\na wrong file: {"ok":false,"error":{"code":"invalid-file","message":string},"problems":[{"line":number,"message":string}]}',
    examples: ["access import grants.csv --dry-run", "access import - --account shop < grants.csv"],
    load: () => import("../commands/access/import.ts")
  })
])
