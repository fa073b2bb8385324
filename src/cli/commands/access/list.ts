import * as Effect from "effect/Effect"
import type { Outcome } from "../../Command.ts"
import { atDesk } from "../../desk.ts"
import { account } from "../../flags.ts"
import type { Args } from "../../Param.ts"
import { table } from "../../table.ts"
import * as flags from "./flags.ts"
import { blockJson, grantJson, requestJson } from "./json.ts"

const section = (
  title: string,
  none: string,
  head: ReadonlyArray<string>,
  rows: ReadonlyArray<ReadonlyArray<string>>
) => (rows.length === 0 ? none : `${title} (${rows.length})\n${table(head, rows)}`)

/** `access list`: who was let in, who is blocked, who waits. With flags, only those. Without a store nobody is. */
export const run = Effect.fn("cli.access.list")(function* (args: Args) {
  const of = { account: account.read(args) }
  const asked = [flags.grants, flags.blocks, flags.requests].map((flag) => flag.read(args))
  const [grants = true, blocks = true, requests = true] = asked.includes(true) ? asked : []
  const found = yield* atDesk((desk) =>
    Effect.all({
      grants: grants ? desk.grants(of) : Effect.succeed([]),
      blocks: blocks ? desk.blocks(of) : Effect.succeed([]),
      requests: requests ? desk.list(of) : Effect.succeed([])
    })
  ).pipe(Effect.catchTag("StoreMissing", () => Effect.succeed({ grants: [], blocks: [], requests: [] })))
  const json = {
    ...(grants ? { grants: found.grants.map(grantJson) } : {}),
    ...(blocks ? { blocks: found.blocks.map(blockJson) } : {}),
    ...(requests ? { requests: found.requests.map(requestJson) } : {})
  }
  const sections = [
    ...(grants
      ? [
          section(
            "Let in",
            "Nobody was let in.",
            ["NAME", "SENDER", "ACCOUNT", "BY", "SINCE"],
            (json.grants ?? []).map((one) => [
              one.displayName,
              one.senderId,
              one.account,
              one.approvedBy,
              one.approvedAt
            ])
          )
        ]
      : []),
    ...(blocks
      ? [
          section(
            "Blocked",
            "Nobody is blocked.",
            ["NAME", "SENDER", "ACCOUNT", "BY", "SINCE"],
            (json.blocks ?? []).map((one) => [one.displayName, one.senderId, one.account, one.blockedBy, one.blockedAt])
          )
        ]
      : []),
    ...(requests
      ? [
          section(
            "Waiting",
            "Nobody waits for approval.",
            ["CODE", "NAME", "SENDER", "ACCOUNT", "EXPIRES"],
            (json.requests ?? []).map((one) => [one.code, one.displayName, one.senderId, one.account, one.expiresAt])
          )
        ]
      : [])
  ]
  const outcome: Outcome = { json, human: sections.join("\n\n") }
  return outcome
})
