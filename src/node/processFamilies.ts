import * as Effect from "effect/Effect"
import { monitorEventLoopDelay, performance } from "node:perf_hooks"
import type { Family } from "../http/exposition.ts"

/** How exactly delays are seen, ms. A timer this often is all that it costs, once somebody asks. */
const resolution = 20

const began = performance.timeOrigin / 1_000

const family = (name: string, help: string, value: number, type: Family["type"] = "gauge"): Family => ({
  name,
  help,
  type,
  samples: [{ labels: {}, value }]
})

/** Memory, processor and event loop, by the names that Prometheus' own clients use. Delays are those since it was last asked. */
export const makeProcessFamilies = (): Effect.Effect<ReadonlyArray<Family>> => {
  let delay: ReturnType<typeof monitorEventLoopDelay> | undefined
  return Effect.sync(() => {
    if (delay === undefined) {
      delay = monitorEventLoopDelay({ resolution })
      delay.enable()
    }
    const seconds = (nanoseconds: number) => (Number.isFinite(nanoseconds) ? nanoseconds / 1e9 : 0)
    const { system, user } = process.cpuUsage()
    const { heapUsed, rss } = process.memoryUsage()
    const families = [
      family("process_resident_memory_bytes", "Memory that the process holds.", rss),
      family("nodejs_heap_size_used_bytes", "Memory of JavaScript's heap in use.", heapUsed),
      family("process_cpu_seconds_total", "Processor time used.", (user + system) / 1e6, "counter"),
      family("process_start_time_seconds", "When the process began, since 1970.", began),
      family("nodejs_eventloop_lag_mean_seconds", "Mean delay of the event loop.", seconds(delay.mean)),
      family(
        "nodejs_eventloop_lag_p99_seconds",
        "99 % of the event loop's delays were shorter.",
        seconds(delay.percentile(99))
      ),
      family(
        "nodejs_eventloop_lag_max_seconds",
        "Longest delay of the event loop.",
        delay.count === 0 ? 0 : seconds(delay.max)
      )
    ]
    delay.reset()
    return families
  })
}
