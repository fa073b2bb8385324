import type * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"

/** What is counted apart, by the names of the labels. Never a chat or a sender: their number has no bound. */
export type Labels<Name extends string> = Readonly<Record<Name, string>>

/** Counts `n` more, one unless told otherwise; 0 makes the series appear. */
export type Count<Name extends string> = (labels: Labels<Name>, n?: number) => Effect.Effect<void>

/**
 * A counter by labels. Each series is made once and kept: `Metric.withAttributes` at each use costs ten times what counting
 * does.
 */
export const counter = <Name extends string>(
  id: string,
  description: string,
  names: ReadonlyArray<Name>
): Count<Name> => {
  const series = new Map<string, Metric.Counter<number>>()
  return (labels, n = 1) => {
    let key = ""
    for (const name of names) key += `${labels[name]}\n`
    const known = series.get(key)
    if (known !== undefined) return Metric.update(known, n)
    const made = Metric.counter(id, { description, attributes: { ...labels }, incremental: true })
    series.set(key, made)
    return Metric.update(made, n)
  }
}
