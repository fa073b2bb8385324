import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"

/** The real program of this checkout. */
export const bin = fileURLToPath(new URL("../../bin/zalo-effect.js", import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly signal: string | null
  readonly out: string
  readonly err: string
}

export interface Options {
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string
  readonly node?: string
  readonly program?: string
  readonly cwd?: string
}

/** Runs a program to its end, without this machine's configuration. */
export const run = (args: ReadonlyArray<string>, options: Options = {}): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const { HOME, PATH, TMPDIR } = process.env
    const child = spawn(options.node ?? process.execPath, [options.program ?? bin, ...args], {
      cwd: options.cwd,
      env: { ...(TMPDIR === undefined ? {} : { TMPDIR }), PATH, HOME, ...options.env }
    })
    const printed = { out: "", err: "" }
    child.stdout.setEncoding("utf8").on("data", (text: string) => (printed.out += text))
    child.stderr.setEncoding("utf8").on("data", (text: string) => (printed.err += text))
    child.on("error", reject)
    child.on("close", (code, signal) => resolve({ code, signal, ...printed }))
    child.stdin.end(options.stdin ?? "")
  })
