import { spawn } from "node:child_process"
import { constants, type Stats } from "node:fs"
import { access, lstat, realpath, stat } from "node:fs/promises"
import { isAbsolute, relative } from "node:path"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { type SecretCommand, SecretCommandError, type SecretCommandReason } from "../gateway/config/SecretFiles.ts"

const no = (reason: SecretCommandReason, detail?: string) =>
  new SecretCommandError(detail === undefined ? { reason } : { reason, detail })

const ask = <A>(run: () => Promise<A>, reason: SecretCommandReason) =>
  Effect.tryPromise({ try: run, catch: () => no(reason) })

const within = (folder: string, file: string): boolean => {
  const way = relative(folder, file)
  return way !== "" && !way.startsWith("..") && !isAbsolute(way)
}

const othersMayChange = ({ mode, uid }: Stats): SecretCommandReason | undefined => {
  const mine = process.getuid?.()
  if (mine === undefined) return undefined
  if (uid !== mine && uid !== 0) return "not-owned"
  return (mode & 0o022) === 0 ? undefined : "writable"
}

/** The program itself, if it may be trusted with secrets. */
const trusted = Effect.fnUntraced(function* (of: SecretCommand) {
  const link = yield* ask(() => lstat(of.command), "missing")
  if (link.isSymbolicLink() && !of.allowSymlink) return yield* no("symlink")
  const program = yield* ask(() => realpath(of.command), "missing")
  const found = yield* ask(() => stat(program), "missing")
  if (!found.isFile()) return yield* no("not-a-program")
  yield* ask(() => access(program, constants.X_OK), "not-a-program")
  const folders = of.trustedDirs
  if (folders !== undefined) {
    const real = yield* Effect.forEach(folders, (one) =>
      Effect.orElseSucceed(
        ask(() => realpath(one), "missing"),
        () => one
      )
    )
    if (!real.some((folder) => within(folder, program))) return yield* no("untrusted")
  }
  const open = of.allowInsecure ? undefined : othersMayChange(found)
  if (open !== undefined) return yield* no(open)
  return program
})

const environmentOf = ({ env, passEnv }: SecretCommand): Record<string, string> => ({
  ...Object.fromEntries(
    passEnv.flatMap((name) => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value]]
    })
  ),
  ...env
})

/** Its stderr is not read: what a failing program says may hold what it was to keep. */
const answer = (program: string, of: SecretCommand, input: string) =>
  Effect.callback<string, SecretCommandError>((resume) => {
    const child = spawn(program, of.args, {
      env: environmentOf(of),
      shell: false,
      // A group of its own, so that what it starts ends with it.
      detached: true,
      stdio: ["pipe", "pipe", "ignore"]
    })
    const kill = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL")
      } catch {
        child.kill("SIGKILL")
      }
    }
    const parts: Array<Buffer> = []
    let size = 0
    child.stdout.on("data", (part: Buffer) => {
      size += part.length
      if (size <= of.maxBytes) return parts.push(part)
      kill()
      resume(Effect.fail(no("too-large")))
    })
    child.on("error", () => resume(Effect.fail(no("not-a-program"))))
    child.on("close", (code, signal) =>
      resume(
        code === 0
          ? Effect.succeed(Buffer.concat(parts).toString("utf8"))
          : Effect.fail(no("failed", signal === null ? `exit code ${code}` : `ended by ${signal}`))
      )
    )
    // One that does not read its input is no failure.
    child.stdin.on("error", () => {})
    child.stdin.end(input)
    return Effect.sync(kill)
  })

/** Runs a program that gives secrets (`reference-behaviour.md` §1.3, `exec`). */
export const run = Effect.fn("SecretFiles.run")((of: SecretCommand, input: string) =>
  trusted(of).pipe(
    Effect.flatMap((program) => answer(program, of, input)),
    Effect.map((text) => Redacted.make(text, { label: "secret program" })),
    Effect.timeoutOrElse({ duration: of.timeout, orElse: () => Effect.fail(no("timeout")) })
  )
)
