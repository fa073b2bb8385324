import * as Effect from "effect/Effect"
import type { WebhookCheck } from "../../../updates/webhookCheck.ts"
import type { Outcome } from "../../Command.ts"
import type { Args } from "../../Param.ts"
import { printable } from "../../table.ts"
import { only, webhookDesk } from "./ask.ts"

/** A check as one line for people. */
export const checkLine = ({ at, latencyMs, ok, outcome, statusCode }: WebhookCheck): string => {
  const facts = [
    outcome,
    statusCode === null ? null : `HTTP ${statusCode}`,
    latencyMs === null ? null : `${latencyMs} ms`
  ].filter((fact) => fact !== null)
  return `${ok ? "answered" : "failed"} at ${at}${facts.length === 0 ? "" : ` (${facts.join(", ")})`}`
}

/** `webhook show`: a report, so it is done also when what it reports is bad. */
export const run = Effect.fn("cli.webhook.show")(function* (args: Args) {
  const { _tag, ...view } = yield* only(yield* webhookDesk(args, "show"), "Shown")
  const { advice, agrees, configured, registered, verification } = view
  const lines = [
    `Account:     ${view.account}`,
    `Configured:  ${configured === null ? "none: the account polls" : `${configured.url} (served at ${configured.path})`}`,
    `Zalo has:    ${registered === null ? "none" : `${registered.url}${registered.updatedAt === null ? "" : `, since ${registered.updatedAt}`}`}`,
    `They agree:  ${agrees ? "yes" : "no"}`,
    `Last check:  ${verification === null ? "none known here" : checkLine(verification)}`,
    ...(advice === null ? [] : [`To do:       ${advice}`])
  ]
  return { json: { ok: true, ...view }, human: lines.map((line) => printable(line)).join("\n") } satisfies Outcome
})
