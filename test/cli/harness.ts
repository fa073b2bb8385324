import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Path from "effect/Path"
import { CommandFailed, StoreMissing } from "../../src/cli/errors.ts"
import { Examination } from "../../src/cli/Examination.ts"
import { Operations } from "../../src/cli/Operations.ts"
import { Platform } from "../../src/cli/Platform.ts"
import { prepare } from "../../src/cli/runner.ts"
import { InputEnded, Terminal } from "../../src/cli/Terminal.ts"
import { tree } from "../../src/cli/tree.ts"
import { SecretFiles } from "../../src/gateway/config/SecretFiles.ts"
import type { Journal } from "../../src/journal/Journal.ts"

/** What a call printed and how it ended. */
export interface Result {
  readonly exit: number
  readonly out: string
  readonly err: string
}

export interface World {
  readonly examination?: Partial<Examination["Service"]>
  readonly operations?: Partial<Operations["Service"]>
  readonly store?: Layer.Layer<Journal>
  readonly logs?: Platform["Service"]["logs"]
  readonly stdin?: string
  readonly colors?: boolean
  /** What somebody types at a terminal, line by line; without it there is no terminal. */
  readonly typed?: ReadonlyArray<string>
  readonly files?: Platform["Service"]["files"]
}

const unexpected = () => Effect.fail(new CommandFailed({ code: "unexpected", message: "this was not to be called" }))

/** The whole command line in process, over a world in which only what a test names exists. */
export const call = (argv: ReadonlyArray<string>, world: World = {}): Effect.Effect<Result> =>
  Effect.suspend(() => {
    const printed = { out: "", err: "" }
    const typed = [...(world.typed ?? [])]
    const terminal: Terminal["Service"] = {
      interactive: world.typed !== undefined,
      ask: (question) =>
        Effect.suspend(() => {
          const line = typed.shift()
          printed.err += `${question}\n`
          return line === undefined ? Effect.fail(new InputEnded()) : Effect.succeed(line)
        }),
      colors: { out: world.colors ?? false, err: world.colors ?? false },
      out: (text) => Effect.sync(() => void (printed.out += text)),
      err: (text) => Effect.sync(() => void (printed.err += text)),
      stdin: Effect.succeed(world.stdin ?? "")
    }
    const platform: Platform["Service"] = {
      files: world.files ?? Layer.mergeAll(FileSystem.layerNoop({}), Path.layer, SecretFiles.layerNone),
      store: world.store ?? Layer.unwrap(Effect.fail(new StoreMissing({ path: "/nowhere/zalo-effect.db" }))),
      logs: world.logs ?? Layer.unwrap(unexpected()),
      examination: Layer.succeed(Examination, {
        status: unexpected,
        doctor: () => Effect.die("this was not to be called"),
        ...world.examination
      }),
      operations: Layer.succeed(Operations, {
        serve: unexpected,
        sandbox: unexpected,
        send: unexpected,
        broadcast: unexpected,
        addSchedule: unexpected,
        reload: unexpected,
        webhook: unexpected,
        migrateStore: unexpected,
        checkStore: unexpected,
        copyStore: unexpected,
        tryToken: () => Effect.succeed({ _tag: "NoAnswer", why: "this was not to be called" }),
        makeSecret: Effect.succeed("made-by-chance-0123456789"),
        ...world.operations
      })
    }
    return prepare(tree, argv, "1.2.3").program.pipe(
      Effect.provideService(Terminal, terminal),
      Effect.provideService(Platform, platform),
      Effect.map((exit) => ({ exit, ...printed }))
    )
  })

/** The one JSON value of a `--json` call; anything else on stdout makes this throw. */
export const value = (result: Result): unknown => JSON.parse(result.out)
