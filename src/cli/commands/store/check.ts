import * as Effect from "effect/Effect"
import type { Outcome } from "../../Command.ts"
import { config } from "../../flags.ts"
import { Operations } from "../../Operations.ts"
import type { Args } from "../../Param.ts"
import { Platform } from "../../Platform.ts"
import { table } from "../../table.ts"

/** `store check`: whether the store can be trusted, and what is in it. Exit 1 when it cannot. */
export const run = Effect.fn("cli.store.check")(function* (args: Args) {
  const { operations } = yield* Platform
  const found = yield* Operations.use((does) => does.checkStore({ config: { file: config.read(args) } })).pipe(
    Effect.provide(operations)
  )
  const { counts, needed, problems, store, version } = found
  const ok = problems.length === 0
  const rows = Object.entries(counts).map(([name, n]) => [name, String(n)])
  const lines = [
    `${store}: schema ${version ?? "none"}, this program needs ${needed}`,
    ...(rows.length === 0 ? [] : [table(["TABLE", "ROWS"], rows)]),
    ...problems.map(({ message, remedy }) => `✗ ${message}. ${remedy}`),
    ...(ok ? ["Nothing is wrong."] : [])
  ]
  const outcome: Outcome = { json: { ok, ...found }, human: lines.join("\n"), exit: ok ? 0 : 1 }
  return outcome
})
