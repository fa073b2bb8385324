import { command, group } from "../Command.ts"
import * as flags from "../commands/store/flags.ts"

export const store = group("store", "looks after the store itself", [
  command("migrate", {
    summary: "make the store's tables, or bring them up to date",
    details: "serve does the same when it starts.",
    flags: [flags.to],
    shape: '{"ok":true,"store":string,"from":number,"to":number}',
    examples: ["store migrate", "store migrate --to postgres://zalo@db.example.com/zalo"],
    load: () => import("../commands/store/migrate.ts")
  }),
  command("check", {
    summary: "say whether the store can be trusted, and what is in it",
    shape:
      '{"ok":boolean,"store":string,"version":number|null,"needed":number,"counts":{TABLE:number},"problems":[{"message":string,"remedy":string}]}',
    examples: ["store check", "store check --json"],
    load: () => import("../commands/store/check.ts")
  }),
  command("copy", {
    summary: "copy one store into another, on whatever database",
    details:
      "Stop the gateway first. A copy that was cut off goes on, and a second one copies nothing; a target with rows of its own is\n" +
      "refused. At the end all rows are counted on both sides.",
    flags: [flags.from, flags.to],
    shape: '{"ok":true,"from":string,"to":string,"tables":{TABLE:{"copied":number,"present":number}}}',
    examples: ["store copy --from sqlite:/var/lib/zalo-effect/zalo-effect.db --to postgres://zalo@db.example.com/zalo"],
    load: () => import("../commands/store/copy.ts")
  })
])
