import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Path from "effect/Path"
import * as PlatformError from "effect/PlatformError"
import * as Redacted from "effect/Redacted"
import {
  type Checked,
  checkConfig,
  checkValue,
  type FileOptions,
  type LoadOptions
} from "../../../src/gateway/config/load.ts"
import {
  type SecretCommand,
  SecretCommandError,
  SecretFileError,
  type SecretFileReason,
  SecretFiles
} from "../../../src/gateway/config/SecretFiles.ts"
import type { Settings } from "../../../src/gateway/config/Settings.ts"

/** A world made of values: variables, files, and secret files (a text, or why it is refused). */
export interface World {
  readonly env?: Readonly<Record<string, string>>
  readonly files?: Readonly<Record<string, string>>
  readonly secrets?: Readonly<Record<string, string | { readonly refused: SecretFileReason }>>
  /** What a program answers to what it is asked. */
  readonly program?: (command: SecretCommand, input: string) => Effect.Effect<string, SecretCommandError>
}

const missing = (method: string, path: string) =>
  PlatformError.systemError({ _tag: "NotFound", module: "FileSystem", method, pathOrDescriptor: path })

const noProgram = () => Effect.fail(new SecretCommandError({ reason: "missing" }))

export const world = ({ env = {}, files = {}, program = noProgram, secrets = {} }: World = {}) => {
  const read = (path: string) => {
    const found = secrets[path]
    if (typeof found === "string") return Effect.succeed(Redacted.make(found))
    return Effect.fail(new SecretFileError({ reason: found?.refused ?? "missing" }))
  }
  return Layer.mergeAll(
    ConfigProvider.layer(ConfigProvider.fromEnv({ env: { HOME: "/home/lan", ...env } })),
    FileSystem.layerNoop({
      exists: (path) => Effect.succeed(path in files),
      readFileString: (path) => {
        const text = files[path]
        return text === undefined ? Effect.fail(missing("readFileString", path)) : Effect.succeed(text)
      }
    }),
    Path.layer,
    Layer.succeed(SecretFiles, {
      read,
      readPrivate: read,
      run: (command, input) => Effect.map(program(command, input), (text) => Redacted.make(text))
    })
  )
}

/** A value in the form of the file. */
export const check = (value: unknown, within?: World, options?: LoadOptions) =>
  checkValue(value, options).pipe(Effect.provide(world(within)))

/** The `channels.zalo` section of it, with a token at the top unless one is named. */
export const checkZalo = (zalo: Readonly<Record<string, unknown>>, within?: World, options?: LoadOptions) =>
  check({ channels: { zalo: { botToken: "100:abc", ...zalo } } }, within, options)

export const checkFiles = (within: World, options?: FileOptions) =>
  checkConfig(options).pipe(Effect.provide(world(within)))

/** The settings, or the problems as a failing test. */
export const settings = <R>(checked: Effect.Effect<Checked, never, R>): Effect.Effect<Settings, string, R> =>
  Effect.flatMap(checked, ({ config, problems }) =>
    config === undefined ? Effect.fail(JSON.stringify(problems)) : Effect.succeed(config)
  )

export const account = (from: Settings, id = "default") => {
  const found = from.accounts.find((one) => one.id === id)
  if (found === undefined) throw new Error(`no account ${id}: ${from.accounts.map((one) => one.id).join(", ")}`)
  return found
}

/** `key: message` of each, for comparing. */
export const said = (problems: Checked["problems"]) => problems.map(({ key, message }) => `${key}: ${message}`)
export const keys = (problems: Checked["problems"]) => problems.map(({ key }) => key)
