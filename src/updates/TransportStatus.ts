import * as Clock from "effect/Clock"
import type * as Duration from "effect/Duration"
import { toMillis } from "effect/Duration"
import * as Effect from "effect/Effect"
import * as SubscriptionRef from "effect/SubscriptionRef"

/** Where one account's updates stand. `since` is in milliseconds since 1970. */
export type TransportState =
  | { readonly _tag: "Starting" }
  /** `warning`: it works, but somebody should look at this. */
  | { readonly _tag: "Ready"; readonly warning: string | null }
  /** It is tried again and may work by itself. */
  | { readonly _tag: "Failing"; readonly reason: string; readonly since: number }
  /** It is looked at again, but somebody has to do something first. */
  | { readonly _tag: "Blocked"; readonly reason: string; readonly since: number }
  /** It will not be tried again. */
  | { readonly _tag: "Stopped"; readonly reason: string }

export interface TransportReport {
  readonly transport: "polling" | "webhook"
  readonly state: TransportState
  /** The last poll that Zalo answered, or the last check that found our webhook set. Milliseconds since 1970. */
  readonly lastGoodAt: number | null
  /** How long after `lastGoodAt` silence or failures are still nothing to speak of, in milliseconds. */
  readonly patience: number
}

/** What a transport tells about itself. */
export interface TransportStatus {
  readonly report: SubscriptionRef.SubscriptionRef<TransportReport>
  /** Zalo answered as it should. */
  ready(warning?: string | null): Effect.Effect<void>
  /** What was blocked stays so, for the same reason, until it is ready. */
  failing(reason: string): Effect.Effect<void>
  blocked(reason: string): Effect.Effect<void>
  stopped(reason: string): Effect.Effect<void>
}

/** How long an account has been silent beyond its patience, or 0. */
const overdue = (report: TransportReport, now: number): number =>
  report.lastGoodAt === null ? 0 : Math.max(0, now - report.lastGoodAt - report.patience)

/**
 * Whether messages get in (`design.md` §6.3). A failure does not count until it lasts; what needs somebody's hand counts at
 * once, and so does a poll that hangs.
 */
export const isReady = (report: TransportReport, now: number): boolean =>
  (report.state._tag === "Ready" || report.state._tag === "Failing") &&
  report.lastGoodAt !== null &&
  overdue(report, now) === 0

/** What people are told: null when there is nothing to tell. */
export const reasonOf = (report: TransportReport, now: number): string | null => {
  const { state } = report
  switch (state._tag) {
    case "Starting":
      return "starting"
    case "Ready": {
      if (overdue(report, now) === 0) return state.warning
      return `no answer from Zalo for ${Math.round((now - (report.lastGoodAt ?? now)) / 1000)} s`
    }
    default:
      return state.reason
  }
}

const troubleOf = (state: TransportState): string | null =>
  state._tag === "Failing" || state._tag === "Blocked" || state._tag === "Stopped" ? state.reason : null

/** Says once what changed: the log is no place for the same sentence every second. */
const announce = (before: TransportReport, after: TransportReport): Effect.Effect<void> => {
  const trouble = troubleOf(after.state)
  if (trouble === null) {
    return troubleOf(before.state) !== null && after.state._tag === "Ready"
      ? Effect.logInfo(`${after.transport} works again`)
      : Effect.void
  }
  if (trouble === troubleOf(before.state)) return Effect.void
  return after.state._tag === "Stopped"
    ? Effect.logError(`${after.transport} stopped: ${trouble}`)
    : Effect.logWarning(`${after.transport}: ${trouble}`)
}

export const make = (options: {
  readonly transport: "polling" | "webhook"
  readonly patience: Duration.Duration
}): Effect.Effect<TransportStatus> =>
  Effect.gen(function* () {
    const report = yield* SubscriptionRef.make<TransportReport>({
      transport: options.transport,
      state: { _tag: "Starting" },
      lastGoodAt: null,
      patience: toMillis(options.patience)
    })

    const change = (f: (before: TransportReport, now: number) => TransportReport) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        Effect.flatMap(
          SubscriptionRef.modify(report, (before) => {
            const after = f(before, now)
            return [announce(before, after), after]
          }),
          (say) => say
        )
      )

    /** Since when this kind of trouble lasts. */
    const since = (before: TransportReport, tag: "Failing" | "Blocked", now: number): number =>
      before.state._tag === tag ? before.state.since : now

    return {
      report,
      ready: (warning) =>
        change((before, now) => ({ ...before, lastGoodAt: now, state: { _tag: "Ready", warning: warning ?? null } })),
      failing: (reason) =>
        change((before, now) =>
          before.state._tag === "Blocked"
            ? before
            : { ...before, state: { _tag: "Failing", reason, since: since(before, "Failing", now) } }
        ),
      blocked: (reason) =>
        change((before, now) => ({
          ...before,
          state: { _tag: "Blocked", reason, since: since(before, "Blocked", now) }
        })),
      stopped: (reason) => change((before) => ({ ...before, state: { _tag: "Stopped", reason } }))
    }
  })
