import { command, group } from "../Command.ts"

export const config = group("config", "looks at the configuration", [
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
  command("schema", {
    summary: "print its JSON Schema",
    shape: "a JSON Schema (draft 2020-12)",
    examples: ["config schema > zalo-effect.schema.json"],
    load: () => import("../commands/config/schema.ts")
  })
])
