import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Result from "effect/Result"
import type { LineProblem } from "../../../access/csv.ts"
import { readGrants } from "../../../access/grantsFile.ts"
import type { ImportCounts } from "../../../access/imports.ts"
import type { Outcome } from "../../Command.ts"
import { atDesk, nobodyWithout } from "../../desk.ts"
import { CommandFailed } from "../../errors.ts"
import { account } from "../../flags.ts"
import { operator } from "../../Operator.ts"
import type { Args } from "../../Param.ts"
import { Platform } from "../../Platform.ts"
import { printable } from "../../table.ts"
import { Terminal } from "../../Terminal.ts"
import { dryRun, file } from "./flags.ts"

/** Wrong lines that people are shown; `--json` has them all. */
const shown = 20

const contentOf = Effect.fnUntraced(function* (path: string) {
  if (path === "-") return yield* (yield* Terminal).stdin
  const { files } = yield* Platform
  return yield* FileSystem.FileSystem.pipe(
    Effect.flatMap((system) => system.readFileString(path)),
    Effect.provide(files),
    Effect.mapError(({ reason }) => {
      const why = reason._tag === "NotFound" ? "there is no such file" : reason.message
      return new CommandFailed({ code: "no-file", message: `${printable(path)} cannot be read: ${why}` })
    })
  )
})

const wrong = (problems: ReadonlyArray<LineProblem>): CommandFailed => {
  const lines = problems.slice(0, shown).map(({ line, message }) => `  line ${line}: ${printable(message)}`)
  const more = problems.length > shown ? [`  and ${problems.length - shown} more (--json names them all)`] : []
  const count = problems.length === 1 ? "one line is wrong" : `${problems.length} lines are wrong`
  return new CommandFailed({
    code: "invalid-file",
    message: [`nobody was let in: ${count}`, ...lines, ...more].join("\n"),
    details: { problems: problems.map(({ line, message }) => ({ line, message })) }
  })
}

const sentence = (isDryRun: boolean, { added, alreadyThere, blocked }: ImportCounts): string =>
  [
    `${isDryRun ? "Would let in" : "Let in"} ${added === 1 ? "one sender" : `${added} senders`}.`,
    ...(alreadyThere > 0 ? [`${alreadyThere} ${alreadyThere === 1 ? "was" : "were"} let in before.`] : []),
    ...(blocked > 0
      ? [`${blocked} ${blocked === 1 ? "is" : "are"} blocked and ${blocked === 1 ? "stays" : "stay"} so.`]
      : [])
  ].join(" ")

/** `access import`: lets in everybody of a file, or nobody when one of its lines is wrong. Nobody is told. */
export const run = Effect.fn("cli.access.import")(function* (args: Args) {
  const isDryRun = dryRun.read(args)
  const entries = readGrants(yield* contentOf(file.read(args)), account.read(args))
  if (Result.isFailure(entries)) return yield* wrong(entries.failure)
  const by = yield* operator
  const counts = yield* atDesk((desk) => desk.importGrants(entries.success, { by, dryRun: isDryRun })).pipe(
    nobodyWithout("nobody can be let in")
  )
  const outcome: Outcome = { json: { ok: true, dryRun: isDryRun, ...counts }, human: sentence(isDryRun, counts) }
  return outcome
})
