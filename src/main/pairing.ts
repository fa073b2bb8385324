import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { group } from "../cli/Command.ts"
import { prepare } from "../cli/runner.ts"
import { pairing } from "../cli/tree/pairing.ts"
import { runProcess } from "./run.ts"
import { layer } from "./store.ts"

const absent = Layer.effectContext(Effect.die(new Error("the pairing commands need the store and nothing else")))

/**
 * The program for `zalo-effect pairing …` alone, built into one file: an operator's script calls it often, and a program
 * that can also serve takes twice as long to load. Everything else about it is the same.
 */
export const main = (argv: ReadonlyArray<string>, version: string): void =>
  runProcess(prepare(group("zalo-effect", "connects Zalo bots to agents", [pairing]), argv, version), {
    store: layer,
    files: absent,
    operations: absent
  })
