import * as Effect from "effect/Effect"
import type { Outcome } from "../../Command.ts"
import { config } from "../../flags.ts"
import { Operations } from "../../Operations.ts"
import type { Args } from "../../Param.ts"
import { Platform } from "../../Platform.ts"
import * as flags from "./flags.ts"

/** `store migrate`: makes the tables, or brings them up to date. */
export const run = Effect.fn("cli.store.migrate")(function* (args: Args) {
  const { operations } = yield* Platform
  const { from, store, to } = yield* Operations.use((does) =>
    does.migrateStore({ config: { file: config.read(args) }, to: flags.to.read(args) })
  ).pipe(Effect.provide(operations))
  const outcome: Outcome = {
    json: { ok: true, store, from, to },
    human: from === to ? `${store} is up to date: schema ${to}.` : `${store}: schema ${from} is now ${to}.`
  }
  return outcome
})
