import * as Effect from "effect/Effect"
import type { JournalError } from "../../../journal/Journal.ts"
import type { Bulk } from "../../../journal/queue/bulk.ts"
import type { QueueFilter } from "../../../journal/queue/filter.ts"
import type { Queue, Repaired, RepairOptions } from "../../../journal/queue/Queue.ts"
import type { QueueError } from "../../../journal/queue/QueueError.ts"
import type { Outcome } from "../../Command.ts"
import { UsageError } from "../../errors.ts"
import type { Args } from "../../Param.ts"
import { needsRow, onQueue } from "../../queueDesk.ts"
import { printable } from "../../table.ts"
import { all, dryRun, filterFlags, filterOf, maybeId } from "./flags.ts"

/** What `queue retry` and `queue drop` have in common: one row by its id, or all that a filter means. */
export interface Mending {
  readonly command: string
  /** In a sentence: "Retried", "Would retry". */
  readonly did: string
  readonly would: string
  readonly one: (
    queue: Queue["Service"],
    id: string,
    options: RepairOptions
  ) => Effect.Effect<ReadonlyArray<Repaired>, QueueError | JournalError>
  readonly many: (
    queue: Queue["Service"],
    filter: QueueFilter,
    options: RepairOptions
  ) => Effect.Effect<Bulk, JournalError>
}

const nothing: Bulk = { changed: [], left: [] }

export const mend = Effect.fnUntraced(function* (args: Args, { command, did, many, one, would }: Mending) {
  const wanted = maybeId.read(args)
  const bulk = all.read(args)
  if ((wanted === "") === !bulk) {
    const hint = `${command} ID, or ${command} --all with flags that say which`
    return yield* new UsageError({ problem: "say one row by its id, or --all", hint })
  }
  const stray = bulk ? undefined : filterFlags.find((flag) => args.flags.has(flag.name))
  if (stray !== undefined) {
    return yield* new UsageError({ problem: `--${stray.name} goes with --all`, hint: `${command} ID names one row` })
  }
  const options = { by: "cli", dryRun: dryRun.read(args) }
  const filter = yield* filterOf(args)
  const { changed, left } = bulk
    ? yield* onQueue((queue) => many(queue, filter, options)).pipe(
        Effect.catchTag("StoreMissing", () => Effect.succeed(nothing))
      )
    : { changed: yield* needsRow(onQueue((queue) => one(queue, wanted, options))), left: [] }
  return outcomeOf({ did: options.dryRun ? would : did, changed, dryRun: options.dryRun, left, wanted })
})

/** `ids` in the order in which they were repaired; the row that was named stands by itself, too. */
export const outcomeOf = ({
  changed,
  did,
  dryRun: isDryRun,
  left = [],
  wanted
}: {
  readonly did: string
  readonly changed: ReadonlyArray<Repaired>
  readonly dryRun: boolean
  readonly left?: Bulk["left"]
  /** As it was typed; `""` where all were meant. */
  readonly wanted: string
}): Outcome => ({
  json: {
    ok: true,
    dryRun: isDryRun,
    ...changed.find(({ id }) => id === wanted || (wanted !== "" && id.endsWith(`/${wanted}`))),
    count: changed.length,
    ids: changed.map((row) => row.id),
    ...(left.length === 0 ? {} : { left })
  },
  human: printable(sentence(did, changed)),
  ...(left.length === 0 ? {} : { note: left.map(({ why }) => printable(why)).join("\n") })
})

/** Names as many as one reads. */
const named = 5

const sentence = (did: string, changed: ReadonlyArray<Repaired>): string => {
  if (changed.length === 0) return `${did} nothing.`
  const names = changed.slice(0, named).map((row) => row.id)
  const more = changed.length - names.length
  const which = more === 0 ? names.join(", ") : `${names.join(", ")} and ${more} more`
  return changed.length === 1 ? `${did} ${which}.` : `${did} ${changed.length} rows: ${which}.`
}
