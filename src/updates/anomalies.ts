import * as Effect from "effect/Effect"

/** Says in the log that deliveries are refused: a wrong secret in the configuration would else make the bot deaf in silence. */
export interface Anomalies {
  note(path: string, status: number): Effect.Effect<void>
}

/** Of refusals of one kind the first is logged, and then each so many. */
const every = 25

const refusals: ReadonlySet<number> = new Set([400, 401, 408, 413, 415, 429])

export const makeAnomalies = (): Anomalies => {
  const counts = new Map<string, number>()
  return {
    note: (path, status) => {
      if (!refusals.has(status)) return Effect.void
      const key = `${path} ${status}`
      const count = (counts.get(key) ?? 0) + 1
      counts.set(key, count)
      return count === 1 || count % every === 0
        ? Effect.logWarning(`webhook ${path}: a delivery was refused with ${status} (${count} so far)`)
        : Effect.void
    }
  }
}
