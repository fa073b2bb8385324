import { command, group } from "../Command.ts"
import { dryRun, from } from "../commands/config/flags.ts"

export const config = group("config", "looks at the configuration, and takes another one over", [
  command("check", {
    summary: "say everything that is wrong with it",
    shape:
      '{"ok":boolean,"problems":[{"file":string|null,"line":number|null,"key":string,"message":string,"remedy":string}],\n' +
      '  "warnings":[the same]}',
    examples: ["config check", "config check --config zalo-effect.json5"],
    load: () => import("../commands/config/check.ts")
  }),
  command("show", {
    summary: "show it as it is used, secrets hidden",
    shape: "the configuration as it is used, with its defaults",
    examples: ["config show"],
    load: () => import("../commands/config/show.ts")
  }),
  command("import", {
    summary: "take over what an OpenClaw configuration says of Zalo",
    details:
      "Says of each setting whether it was taken, translated or left, and why. What is set here too is replaced.",
    flags: [dryRun],
    operands: [from],
    shape:
      '{"ok":true,"from":string,"file":string,"backup":string|null,"written":boolean,"dryRun":boolean,\n' +
      '  "taken":[{"key":string,"to":string|null,"why":string|null}],"translated":[the same],"left":[the same],\n' +
      '  "diff"?:string,"warnings":[string]}',
    examples: ["config import ~/.openclaw/openclaw.json --dry-run"],
    load: () => import("../commands/config/import.ts")
  }),
  command("reload", {
    summary: "have a running gateway read its configuration again, now",
    details:
      "It looks for changes by itself; this does not wait for that, and says what came of it. Exit 2 when it was not taken.",
    shape:
      '{"ok":boolean,"file":string|null,"problems":[as config check],"since":time|null,"restart":[string],"loadedAt":time}',
    examples: ["config reload"],
    load: () => import("../commands/config/reload.ts")
  }),
  command("schema", {
    summary: "print its JSON Schema",
    shape: "a JSON Schema (draft 2020-12)",
    examples: ["config schema > zalo-effect.schema.json"],
    load: () => import("../commands/config/schema.ts")
  })
])
