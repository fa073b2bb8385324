import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { AccountState } from "../journal/AccountState.ts"
import { type AccountReport, encodeReport } from "./AccountReport.ts"

/** How often a good poll is written down, at most. */
const goodEvery = "2 seconds"
/** Silence changes nothing by itself: it is looked at this often. */
const lookEvery = "30 seconds"

const sameStanding = (a: AccountReport, b: AccountReport): boolean =>
  a.ready === b.ready &&
  a.reason === b.reason &&
  a.stopped === b.stopped &&
  a.transport === b.transport &&
  a.bot === b.bot &&
  a.trouble?.kind === b.trouble?.kind

/**
 * Writes down how each account stands, for commands in other processes, which cannot ask this one: at once when that
 * changes, and now and then what only says that all is still well.
 */
export const writeStandings = Effect.fnUntraced(function* (
  changes: Stream.Stream<AccountReport>,
  reports: Effect.Effect<ReadonlyArray<AccountReport>>
) {
  const states = yield* AccountState
  const write = (one: AccountReport) =>
    states.saveStatus(one.account, encodeReport(one)).pipe(Effect.catch((error) => Effect.logDebug(error.message)))

  const written = new Map<string, AccountReport>()
  const news = Stream.runForEach(changes, (one) => {
    const last = written.get(one.account)
    if (last !== undefined && sameStanding(last, one)) return Effect.void
    written.set(one.account, one)
    return write(one)
  })
  const goodNews = changes.pipe(
    Stream.groupedWithin(64, goodEvery),
    // The newest of a batch may be older than what was written since: what stands now is asked again.
    Stream.runForEach(() => Effect.flatMap(reports, Effect.forEach(write, { discard: true })))
  )
  const looks = Effect.forever(
    Effect.andThen(Effect.sleep(lookEvery), Effect.flatMap(reports, Effect.forEach(write, { discard: true })))
  )
  yield* Effect.all([news, goodNews, looks], { concurrency: "unbounded", discard: true })
})
