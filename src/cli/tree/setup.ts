import { command, group } from "../Command.ts"
import * as flags from "../commands/setup/flags.ts"
import { webhookSet, webhookDelete } from "../commands/webhook/flags.ts"
import { account } from "../flags.ts"

const check =
  '{"at":time,"by":"gateway"|"command","ok":boolean,"outcome":string|null,"statusCode":number|null,"latencyMs":number|null,"problem":string|null}'

export const setup = command("setup", {
  summary: "set an account up, by questions or by flags",
  details:
    "Without a terminal, or with --yes, nothing is asked: what no flag says stays as it is. Comments and layout of the file stay too.",
  flags: [account, ...flags.all],
  shape:
    '{"ok":true,"account":string,"file":string,"backup":string|null,"written":boolean,"dryRun":boolean,\n' +
    '  "bot":{"id","name"}|null,"probe":"ok"|"no-answer"|"skipped","transport":"polling"|"webhook",\n' +
    '  "changes":[{"key":string,"change":"set"|"removed","value":JSON|null}],"diff"?:string,\n' +
    '  "webhook"?:{"registered":boolean,"verification":CHECK|null,"problem":string|null},"warnings":[string],"next":[string]}',
  examples: [
    "setup",
    "setup --token-env SHOP_BOT_TOKEN --polling --dm-policy pairing --agent-command 'python3 bot.py' --yes",
    "setup --account shop --token-file /run/secrets/shop --webhook-url https://bot.example.com/zalo --dry-run"
  ],
  load: () => import("../commands/setup/setup.ts")
})

export const webhook = group("webhook", "looks at and changes the address that Zalo delivers to", [
  command("show", {
    summary: "show what is configured, what Zalo has, and whether they agree",
    flags: [account],
    shape:
      '{"ok":true,"account":string,"configured":{"url","path"}|null,"registered":{"url","updatedAt":time|null}|null,\n' +
      `  "agrees":boolean,"verification":CHECK|null,"advice":string|null}\nCHECK: ${check}`,
    examples: ["webhook show", "webhook show --account shop --json"],
    load: () => import("../commands/webhook/show.ts")
  }),
  command("set", {
    summary: "register the configured webhook with Zalo, or another one",
    details: "With --url or --secret the configuration is changed first; a running gateway takes that up by itself.",
    flags: [account, ...webhookSet],
    shape: `{"ok":true,"account":string,"url":string,"file":string|null,"backup":string|null,"verification":CHECK|null,"warning":string|null}\nCHECK: ${check}`,
    examples: ["webhook set", "webhook set --url https://bot.example.com/zalo"],
    load: () => import("../commands/webhook/set.ts")
  }),
  command("test", {
    summary: "have Zalo call the webhook, and say what it found",
    details: "Zalo allows few of these a day.",
    flags: [account],
    shape: `{"ok":true,"account":string,"verification":CHECK}\nCHECK: ${check}`,
    examples: ["webhook test"],
    load: () => import("../commands/webhook/test.ts")
  }),
  command("delete", {
    summary: "take the webhook away from Zalo",
    flags: [account, ...webhookDelete],
    shape: '{"ok":true,"account":string,"existed":boolean,"comesBack":boolean}',
    examples: ["webhook delete --yes"],
    load: () => import("../commands/webhook/delete.ts")
  })
])
