import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Platform } from "./cli/Platform.ts"
import { prepare } from "./cli/runner.ts"
import { tree } from "./cli/tree.ts"
import { runProcess } from "./main/run.ts"

/** A layer whose module is read when it is first built. */
const lazy = <A, E, R>(load: () => Promise<Layer.Layer<A, E, R>>): Layer.Layer<A, E, R> =>
  Layer.unwrap(Effect.promise(load))

const platform: Platform["Service"] = {
  files: lazy(() => import("./main/files.ts").then((module) => module.layer)),
  store: lazy(() => import("./main/store.ts").then((module) => module.layer)),
  logs: lazy(() => import("./main/logs.ts").then((module) => module.layer)),
  operations: lazy(() => import("./main/operations.ts").then((module) => module.layer))
}

/** The command line: where `cli` and `node` meet. Called by `bin`. */
export const main = (argv: ReadonlyArray<string>, version: string): void =>
  runProcess(prepare(tree, argv, version), platform, version)
