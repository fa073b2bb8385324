import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import type { Drift } from "../domain/Drift.ts"
import { type DriftSample, DriftSamples, mostNames, remembered } from "../journal/DriftSamples.ts"
import { NoteDrift } from "../zalo/drift.ts"
import { shapeOf } from "./driftShape.ts"

/** By kind and name; names beyond those that an account may have are `other`. */
export const driftTotal = Metric.counter("zalo_drift_total", {
  description: "Events, fields and error codes from Zalo that are not known",
  incremental: true
})

/** A new name is written at once, what comes after it this often: a new field may come with every message. */
export const writeEvery = Duration.seconds(10)

interface Entry extends Omit<DriftSample, "count" | "lastAt"> {
  lastAt: number
  /** How many are not written yet. */
  unwritten: number
  readonly counter: Metric.Counter<number>
}

const counterOf = (kind: string, name: string) => Metric.withAttributes(driftTotal, { kind, name })

const keyOf = ({ account, kind, name }: Drift): string => `${account} ${kind} ${name}`

const make = Effect.gen(function* () {
  const samples = yield* DriftSamples
  const entries = new Map<string, Entry>()
  const unwritten = Latch.makeUnsafe(false)

  const write = Effect.gen(function* () {
    unwritten.closeUnsafe()
    const waiting = Array.from(entries.values()).filter((entry) => entry.unwritten > 0)
    if (waiting.length === 0) return
    const batch = waiting.map((entry) => ({ entry, count: entry.unwritten }))
    yield* samples.add(batch.map(({ entry, count }) => ({ ...entry, count })))
    for (const { entry, count } of batch) entry.unwritten -= count
  }).pipe(
    Effect.catchTag("JournalError", (error) => {
      unwritten.openUnsafe()
      return Effect.logWarning(`what is new from Zalo could not be noted: ${error.message}`)
    }),
    // Between the commit and what is kept of it here nothing may come.
    Effect.uninterruptible
  )

  const hasRoom = (account: string, now: number): boolean => {
    let names = 0
    for (const [key, entry] of entries) {
      if (entry.account !== account) continue
      if (entry.lastAt < now - remembered && entry.unwritten === 0) entries.delete(key)
      else names++
    }
    return names < mostNames
  }

  const begin = (drift: Drift, now: number): Entry => {
    const { account, kind, name, seen } = drift
    const sample = shapeOf(seen)
    const entry = {
      account,
      kind,
      name,
      sample,
      firstAt: now,
      lastAt: now,
      unwritten: 0,
      counter: counterOf(kind, name)
    }
    entries.set(keyOf(drift), entry)
    return entry
  }

  const seenAgain = (entry: Entry, now: number) => {
    entry.lastAt = now
    entry.unwritten++
    unwritten.openUnsafe()
    return Metric.update(entry.counter, 1)
  }

  yield* Effect.addFinalizer(() => write)
  yield* unwritten.await.pipe(
    Effect.andThen(write),
    Effect.andThen(Effect.sleep(writeEvery)),
    Effect.forever,
    Effect.forkScoped
  )

  return (drift: Drift): Effect.Effect<void> =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const known = entries.get(keyOf(drift))
      if (known !== undefined) return seenAgain(known, now)
      const { account, kind, name } = drift
      if (!hasRoom(account, now)) return Metric.update(counterOf(kind, "other"), 1)
      const entry = begin(drift, now)
      return Effect.andThen(
        seenAgain(entry, now),
        Effect.annotateLogs(
          Effect.logWarning(`Zalo sent something that this program does not know: ${kind} ${name} in ${entry.sample}`),
          { account }
        )
      )
    })
})

/**
 * Counts what is new from Zalo and keeps one redacted sample of each, for fifty names an account. For as long as it stands,
 * `NoteDrift` of all that is built upon it leads here.
 */
export const layer: Layer.Layer<never, never, DriftSamples> = Layer.effect(NoteDrift, make)
