import * as Clock from "effect/Clock"
import type * as Duration from "effect/Duration"
import { toMillis } from "effect/Duration"
import * as Effect from "effect/Effect"
import * as SubscriptionRef from "effect/SubscriptionRef"
import { silent, type Trouble } from "./Trouble.ts"

/** Where one account's updates stand. */
export type TransportState =
  | { readonly _tag: "Starting" }
  /** `warning`: it works, but somebody should look at this. */
  | { readonly _tag: "Ready"; readonly warning: Trouble | null }
  /** It is tried again and may work by itself. */
  | ({ readonly _tag: "Failing" } & Troubled)
  /** It is looked at again, but somebody has to do something first. */
  | ({ readonly _tag: "Blocked" } & Troubled)
  /** It rests, and is looked at again after a long time only. */
  | ({ readonly _tag: "Stopped" } & Troubled)

interface Troubled {
  readonly trouble: Trouble
  /** Milliseconds since 1970: since when it is not ready. */
  readonly since: number
  /** How often something failed since then. */
  readonly count: number
}

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
  ready(warning?: Trouble | null): Effect.Effect<void>
  /** What was blocked or stopped stays so, for the same reason, until it is ready. */
  failing(trouble: Trouble): Effect.Effect<void>
  blocked(trouble: Trouble): Effect.Effect<void>
  stopped(trouble: Trouble): Effect.Effect<void>
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
      if (overdue(report, now) === 0) return state.warning?.message ?? null
      return `no answer from Zalo for ${Math.round((now - (report.lastGoodAt ?? now)) / 1000)} s`
    }
    default:
      return state.trouble.message
  }
}

/** What is wrong, since when (milliseconds since 1970) and how often it was met; undefined while all is well. */
export const troubleOf = (report: TransportReport, now: number): Troubled | undefined => {
  const { lastGoodAt, state } = report
  if (state._tag === "Starting") return undefined
  if (state._tag !== "Ready") return state
  if (overdue(report, now) > 0)
    return { trouble: silent(reasonOf(report, now) ?? ""), since: lastGoodAt ?? now, count: 1 }
  return state.warning === null ? undefined : { trouble: state.warning, since: lastGoodAt ?? 0, count: 1 }
}

const isTroubled = (state: TransportState): state is Exclude<TransportState, { readonly _tag: "Ready" | "Starting" }> =>
  state._tag !== "Ready" && state._tag !== "Starting"

/** Which kinds of trouble were told of since it last worked: the log is no place for the same sentence every second. */
type Told = Set<Trouble["kind"]>

const announce = (
  transport: string,
  before: TransportState,
  after: TransportState,
  told: Told
): Effect.Effect<void> => {
  if (!isTroubled(after)) {
    told.clear()
    return isTroubled(before) && after._tag === "Ready" ? Effect.logInfo(`${transport} works again`) : Effect.void
  }
  const { kind, message } = after.trouble
  if (told.has(kind)) return Effect.void
  told.add(kind)
  const log =
    after._tag === "Stopped"
      ? Effect.logError(`${transport} stopped: ${message}`)
      : Effect.logWarning(`${transport}: ${message}`)
  return Effect.annotateLogs(log, { trouble: kind, class: after.trouble.class })
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
    const told: Told = new Set()

    const change = (f: (before: TransportReport, now: number) => TransportReport) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        Effect.flatMap(
          SubscriptionRef.modify(report, (before) => {
            const after = f(before, now)
            return [announce(options.transport, before.state, after.state, told), after]
          }),
          (say) => say
        )
      )

    const troubled = (tag: "Failing" | "Blocked" | "Stopped", trouble: Trouble) =>
      change((before, now) => {
        const { state } = before
        const [since, count] = isTroubled(state) ? [state.since, state.count + 1] : [now, 1]
        const stays = tag === "Failing" && (state._tag === "Blocked" || state._tag === "Stopped")
        return { ...before, state: stays ? { ...state, count } : { _tag: tag, trouble, since, count } }
      })

    return {
      report,
      ready: (warning) =>
        change((before, now) => ({ ...before, lastGoodAt: now, state: { _tag: "Ready", warning: warning ?? null } })),
      failing: (trouble) => troubled("Failing", trouble),
      blocked: (trouble) => troubled("Blocked", trouble),
      stopped: (trouble) => troubled("Stopped", trouble)
    }
  })
