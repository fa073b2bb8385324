// Runs the built program (its file, then its arguments) and watches its event loop; without arguments it watches an idle process: the machine's own noise.
import { monitorEventLoopDelay } from "node:perf_hooks"
import { pathToFileURL } from "node:url"
import { answer, ready } from "./rpc.ts"

export type WatchCommands = {
  /** Begins anew. */
  readonly reset: { readonly input: null; readonly output: null }
  /** What a timer was late by since then, ms. */
  readonly delays: {
    readonly input: null
    readonly output: { readonly max: number; readonly p99: number; readonly p999: number }
  }
}

// Its samples include the interval itself.
const resolution = 1
const histogram = monitorEventLoopDelay({ resolution })
histogram.enable()
const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - resolution)

answer<WatchCommands>({
  reset: async () => {
    histogram.reset()
    return null
  },
  delays: async () => ({
    max: late(histogram.max),
    p99: late(histogram.percentile(99)),
    p999: late(histogram.percentile(99.9))
  })
})

ready(0)

const [program, ...args] = process.argv.slice(2)
if (program !== undefined) {
  const built: { main(args: ReadonlyArray<string>, version: string): void } = await import(pathToFileURL(program).href)
  built.main(args, "bench")
}
