import type { AccountId } from "../../../domain/ids.ts"
import type { Changed } from "../../../gateway/config/edit/document.ts"
import type { Written } from "../../../gateway/config/edit/write.ts"
import type { Change } from "../../../gateway/config/setup/changes.ts"
import type { WebhookCheck } from "../../../updates/webhookCheck.ts"
import type { Outcome } from "../../Command.ts"
import { changeLine, writtenLines } from "../../edited.ts"
import type { Tried } from "./token.ts"

/** What became of telling Zalo of the webhook. */
export interface Registered {
  readonly registered: boolean
  readonly verification: WebhookCheck | null
  readonly problem: string | null
}

interface Done {
  readonly account: AccountId
  readonly changed: Changed
  readonly changes: ReadonlyArray<Change>
  readonly tried: Tried
  readonly webhook: boolean
  readonly warnings: ReadonlyArray<string>
  readonly configFlag: string | undefined
  /** The changes were shown already. */
  readonly shown?: boolean
  /** Undefined: nothing was to be written. */
  readonly written?: Written | undefined
  readonly registered?: Registered | undefined
  readonly diff?: string | undefined
}

const probeOf = (tried: Tried) => {
  switch (tried._tag) {
    case "Works":
      return { bot: { id: tried.id, name: tried.name }, probe: "ok" } as const
    case "NoAnswer":
      return { bot: null, probe: "no-answer" } as const
    case "Untried":
      return { bot: null, probe: "skipped" } as const
  }
}

const quoted = (word: string): string =>
  /^[A-Za-z0-9_./:=@%+,~-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`

const nextOf = ({ account, configFlag, webhook }: Done): ReadonlyArray<string> => {
  const file = configFlag === undefined ? "" : ` --config ${quoted(configFlag)}`
  const which = account === "default" ? "" : ` --account ${account}`
  return [
    `zalo-effect serve${file}`,
    webhook ? `zalo-effect webhook test${which}${file}` : `zalo-effect channels status --probe${file}`
  ]
}

const webhookLine = ({ problem, registered, verification }: Registered): string => {
  if (!registered) return `The webhook is not registered: ${problem ?? "Zalo did not say why"}.`
  if (problem !== null) {
    return `${problem}\nWhile no gateway runs that is to be expected: start it, then have it called again with webhook test.`
  }
  return verification === null
    ? "Zalo has the webhook."
    : `Zalo has the webhook, and its test call was answered${verification.latencyMs === null ? "" : ` in ${verification.latencyMs} ms`}.`
}

/** What setup says at its end. */
export const outcomeOf = (done: Done): Outcome => {
  const { changed, changes, diff, registered, warnings, written } = done
  const { file } = changed.document
  const next = nextOf(done)
  const told =
    diff !== undefined
      ? [diff === "" ? "Nothing would change." : `${file} would change:\n${diff}`]
      : written === undefined
        ? [`Nothing to change in ${file}.`]
        : [
            ...writtenLines(file, written.backup),
            ...(done.shown === true ? [] : changes.map((change) => changeLine(change)))
          ]
  const lines = [
    ...told,
    ...(registered === undefined ? [] : [webhookLine(registered)]),
    ...(diff === undefined ? ["Next:", ...next.map((command) => `  ${command}`)] : [])
  ]
  return {
    json: {
      ok: true,
      account: done.account,
      file,
      backup: written?.backup ?? null,
      written: written !== undefined,
      dryRun: diff !== undefined,
      ...probeOf(done.tried),
      transport: done.webhook ? "webhook" : "polling",
      changes,
      ...(diff === undefined ? {} : { diff }),
      ...(registered === undefined ? {} : { webhook: registered }),
      warnings,
      next
    },
    human: lines.join("\n"),
    ...(warnings.length === 0 ? {} : { note: warnings.map((line) => `warning: ${line}`).join("\n") })
  }
}
