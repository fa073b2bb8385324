import { execFileSync } from "node:child_process"
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs"
import { cpus, loadavg, release, totalmem, type } from "node:os"
import { join } from "node:path"
import { percentile, short } from "./figures.ts"

export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly system: string
  readonly node: string
  readonly commit: string
  readonly load: ReadonlyArray<number>
  /** Milliseconds of one fsync after a write of 4 KiB. */
  readonly fsync: { readonly p50: number; readonly p99: number }
}

const fsyncTimes = (folder: string): Array<number> => {
  const page = Buffer.alloc(4096, 7)
  const file = openSync(join(folder, "fsync"), "w")
  const times: Array<number> = []
  for (let n = 0; n < 200; n++) {
    writeSync(file, page)
    const started = performance.now()
    fsyncSync(file)
    times.push(performance.now() - started)
  }
  closeSync(file)
  return times
}

const commit = (): string => {
  try {
    return execFileSync("git", ["describe", "--always", "--dirty"], { encoding: "utf8" }).trim()
  } catch {
    return "unknown"
  }
}

/** What the figures were measured on. `folder` is on the disk that the journals are on. */
export const describeMachine = (folder: string): Machine => {
  const times = fsyncTimes(folder)
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    commit: commit(),
    load: loadavg(),
    fsync: { p50: percentile(times, 0.5), p99: percentile(times, 0.99) }
  }
}

export const machineLine = (machine: Machine): string =>
  `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.system}, Node ${machine.node}, ` +
  `fsync ${short(machine.fsync.p50)} ms (p99 ${short(machine.fsync.p99)}), load ${machine.load.map(short).join(" ")}, ` +
  `commit ${machine.commit}`
