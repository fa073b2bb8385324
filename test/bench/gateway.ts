import { type ChildProcess, fork, spawn } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { connect } from "node:net"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { freePort, here, keep, type Server, stop } from "./processes.ts"
import { type Ask, asker } from "./rpc.ts"
import { secret, type Target, zaloToken } from "./updates.ts"
import type { WatchCommands } from "./watched.ts"

export interface GatewayOptions {
  /** Port of the fake Bot API. */
  readonly api: number
  readonly transport: "webhook" | "polling"
  readonly dmPolicy?: "open" | "disabled"
  readonly agent?: unknown
  /** A data directory that is there already; else a new one. */
  readonly data?: string
  /** Where the journal is, if not in the data directory. */
  readonly storeUrl?: string | undefined
  /** More keys of the account, and of the configuration. */
  readonly account?: object
  readonly rest?: object
  /** The port on which other runners of the same store reach this one. */
  readonly cluster?: { readonly host: string; readonly port: number }
}

export interface Prepared {
  readonly port: number
  readonly data: string
  readonly config: string
  readonly env: Record<string, string>
  readonly target: Target
}

let folder = ""
let program = ""

/** Where the bench keeps its files: on the checkout's own disk, because a temporary folder may be in memory. */
export const bench = (): string => {
  if (folder !== "") return folder
  const parent = here("../../.tmp/")
  mkdirSync(parent, { recursive: true })
  folder = mkdtempSync(join(parent, "bench-"))
  return folder
}

/** The bench's files go with it. */
export const removeBench = (): void => {
  if (folder !== "") rmSync(folder, { recursive: true, force: true })
  folder = ""
  program = ""
}

/**
 * The folder of the built program as it is installed: without its sources, so that nobody who edits them meanwhile changes
 * what is measured.
 */
export const installed = (): string => {
  if (program !== "") return program
  program = join(bench(), "installed")
  mkdirSync(program)
  for (const part of ["bin", "dist", "package.json"]) {
    cpSync(here(`../../${part}`), join(program, part), { recursive: true })
  }
  return program
}

export const bin = (): string => join(installed(), "bin", "zalo-effect.js")

/** Writes a configuration for `serve`. */
export const prepare = async (options: GatewayOptions): Promise<Prepared> => {
  const port = await freePort()
  const data = options.data ?? mkdtempSync(join(bench(), "data-"))
  const dmPolicy = options.dmPolicy ?? "open"
  const webhook = { webhookUrl: "https://bench.example.vn/zalo", webhookSecret: secret, webhookPath: "/zalo" }
  const config = join(data, "config.json5")
  writeFileSync(
    config,
    JSON.stringify({
      channels: {
        zalo: {
          botToken: zaloToken,
          ...(options.transport === "webhook" ? webhook : {}),
          dmPolicy,
          ...(dmPolicy === "open" ? { allowFrom: ["*"] } : {}),
          ...options.account
        }
      },
      agent: options.agent ?? { type: "echo" },
      // An idle poll would hold up the end of every round.
      gateway: { port, stopLimit: "1s", ...(options.cluster && { cluster: options.cluster }) },
      ...options.rest
    })
  )
  const env = {
    ZALO_API_URL: `http://127.0.0.1:${options.api}`,
    ZALO_EFFECT_DATA_DIR: data,
    ZALO_BOT_TOKEN: "",
    ZALO_EFFECT_CONFIG: "",
    ...(options.storeUrl === undefined ? {} : { ZALO_EFFECT_STORE_URL: options.storeUrl }),
    NO_COLOR: "1"
  }
  return { port, data, config, env, target: { port, path: "/zalo", shape: "zalo" } }
}

/** The status of a GET, or 0 when nobody answers. */
const status = (port: number, path: string): Promise<number> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" })
    socket.setEncoding("latin1")
    socket.once("connect", () => socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`))
    socket.once("data", (text: string) => {
      socket.destroy()
      resolve(Number(text.slice(9, 12)))
    })
    socket.once("error", () => resolve(0))
  })

/** Until `/readyz` answers 200. */
const untilReady = async (child: ChildProcess, port: number, complaints: () => string): Promise<void> => {
  const began = performance.now()
  while ((await status(port, "/readyz")) !== 200) {
    if (child.exitCode !== null || performance.now() - began > 30_000) {
      throw new Error(`serve did not become ready (exit ${child.exitCode}): ${complaints()}`)
    }
    await sleep(2)
  }
}

export interface Gateway extends Server, Prepared {
  /** Of all its processes. */
  readonly pids: ReadonlyArray<number>
  /** From the start of the process to the first `/readyz` that answers 200, ms. */
  readonly readyMs: number
}

const gatewayOf = async (child: ChildProcess, prepared: Prepared, since: number): Promise<Gateway> => {
  let last = ""
  const note = (text: string) => (last = (last + text).slice(-2000))
  child.stdout?.setEncoding("utf8").on("data", note)
  child.stderr?.setEncoding("utf8").on("data", note)
  await untilReady(child, prepared.port, () => last)
  const pid = child.pid ?? 0
  return { ...prepared, readyMs: performance.now() - since, pid, pids: [pid], stop: () => stop(child) }
}

/** `zalo-effect serve`, as an operator starts it. */
export const serve = async (options: GatewayOptions, flags: ReadonlyArray<string> = []): Promise<Gateway> => {
  const prepared = await prepare(options)
  const since = performance.now()
  const child = spawn(process.execPath, [...flags, bin(), "serve", "--config", prepared.config], {
    env: { ...process.env, ...prepared.env },
    stdio: ["ignore", "pipe", "pipe"]
  })
  return gatewayOf(keep(child), prepared, since)
}

/** The same program, started by a script that also watches its event loop. */
export const serveWatched = async (
  options: GatewayOptions
): Promise<Gateway & { readonly ask: Ask<WatchCommands> }> => {
  const prepared = await prepare(options)
  const since = performance.now()
  const child = fork(
    here("watched.ts"),
    [join(installed(), "dist", "main.cjs"), "serve", "--config", prepared.config],
    {
      env: { ...process.env, ...prepared.env },
      execArgv: ["--disable-warning=ExperimentalWarning"],
      stdio: ["ignore", "pipe", "pipe", "ipc"]
    }
  )
  const { ask } = asker<WatchCommands>(child)
  return { ...(await gatewayOf(keep(child), prepared, since)), ask }
}
