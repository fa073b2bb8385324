import * as Effect from "effect/Effect"
import type { Outcome } from "../../Command.ts"
import { UsageError } from "../../errors.ts"
import { config } from "../../flags.ts"
import { Operations } from "../../Operations.ts"
import { printNote } from "../../output.ts"
import type { Args } from "../../Param.ts"
import { Platform } from "../../Platform.ts"
import { table } from "../../table.ts"
import { Terminal } from "../../Terminal.ts"
import * as flags from "./flags.ts"

/** `store copy`: one store into another, whatever databases they are on. */
export const run = Effect.fn("cli.store.copy")(function* (args: Args) {
  const [from, to] = [flags.from.read(args), flags.to.read(args)]
  if (from === undefined || to === undefined) {
    return yield* new UsageError({ problem: "store copy needs --from STORE and --to STORE" })
  }
  const { operations } = yield* Platform
  const terminal = yield* Terminal
  const progress = (line: string) => Effect.provideService(printNote(line), Terminal, terminal)
  const done = yield* Operations.use((does) =>
    does.copyStore({ config: { file: config.read(args) }, from, to, progress })
  ).pipe(Effect.provide(operations))
  const rows = Object.entries(done.tables).map(([name, { copied, present }]) => [name, String(copied), String(present)])
  const outcome: Outcome = {
    json: { ok: true, ...done },
    human: [`${done.from} is in ${done.to}: every row is there.`, table(["TABLE", "COPIED", "THERE NOW"], rows)].join(
      "\n"
    )
  }
  return outcome
})
