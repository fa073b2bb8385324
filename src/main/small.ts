import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Operations } from "../cli/Operations.ts"
import type { Platform } from "../cli/Platform.ts"
import { prepare } from "../cli/runner.ts"
import { tree } from "../cli/tree.ts"
import { runProcess } from "./run.ts"

const store: Platform["Service"]["store"] = Layer.unwrap(
  Effect.promise(() => import("./store.ts").then((module) => module.layer))
)

const files: Platform["Service"]["files"] = Layer.unwrap(
  Effect.promise(() => import("./files.ts").then((module) => module.layer))
)

const logs: Platform["Service"]["logs"] = Layer.unwrap(
  Effect.promise(() => import("./logs.ts").then((module) => module.layer))
)

/** A command that asks for it is in the other program: `scripts/build.js` looks at what each one imports. */
const operations = Layer.effect(Operations, Effect.die(new Error("this program has the store and files, and no more")))

/**
 * The program for the commands that need the store, files or logs, and nothing of the gateway: built into files of its own, because
 * scripts call them often, and a program that can also serve takes twice as long to load. Everything else about it is the same.
 */
export const main = (argv: ReadonlyArray<string>, version: string): void =>
  runProcess(prepare(tree, argv, version), { store, files, logs, operations })
