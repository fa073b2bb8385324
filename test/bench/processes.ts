import { type ChildProcess, fork, spawn } from "node:child_process"
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { createServer } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { type Ask, asker, type Commands } from "./rpc.ts"

export const here = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

/** A process of the bench that serves. */
export interface Server {
  readonly pid: number
  readonly port: number
  stop(): Promise<void>
}

const running = new Set<ChildProcess>()
process.on("exit", () => running.forEach((child) => child.kill("SIGKILL")))

/** Ends with the bench, whatever happens. */
export const keep = (child: ChildProcess): ChildProcess => {
  running.add(child)
  child.once("exit", () => running.delete(child))
  return child
}

/** SIGTERM, and after five seconds SIGKILL. */
export const stop = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, "exit")
  child.kill("SIGTERM")
  const late = new AbortController()
  const kill = sleep(5_000, undefined, { signal: late.signal }).then(
    () => child.kill("SIGKILL"),
    () => false
  )
  await gone
  late.abort()
  await kill
}

/** Starts one of the bench's own scripts and waits until it listens. */
export const start = async <C extends Commands>(
  script: string,
  args: ReadonlyArray<string> = [],
  env: Record<string, string> = {}
): Promise<Server & { readonly ask: Ask<C> }> => {
  const child = keep(
    fork(here(script), args, {
      env: { ...process.env, NODE_ENV: "production", ...env },
      execArgv: ["--disable-warning=ExperimentalWarning"],
      stdio: ["ignore", "inherit", "inherit", "ipc"]
    })
  )
  const { port, ask } = asker<C>(child)
  return { pid: child.pid ?? 0, port: await port, ask, stop: () => stop(child) }
}

export interface Ran {
  readonly code: number | null
  readonly ms: number
  readonly out: string
  readonly err: string
}

/** Runs a program to its end. */
export const run = async (
  command: string,
  args: ReadonlyArray<string>,
  env: Record<string, string> = {}
): Promise<Ran> => {
  const started = performance.now()
  const child = keep(spawn(command, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] }))
  let out = ""
  let err = ""
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (out += text))
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (err += text))
  // "exit", not "close": what is timed is the program.
  const ended = once(child, "exit")
  await ended
  const ms = performance.now() - started
  if (child.stdout?.readableEnded === false) await once(child, "close")
  return { code: child.exitCode, ms, out, err }
}

/** A port of loopback that is free now. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  server.close()
  await once(server, "close")
  return typeof address === "object" && address !== null ? address.port : 0
}

/** CPU time that a process has used, ms, in steps of 10. */
export const cpuMs = (pid: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  return (Number(fields[11]) + Number(fields[12])) * 10
}

/** Resident memory, MB (10⁶ bytes). */
export const residentMb = (pid: number): number =>
  (Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024) / 1e6
