import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Semaphore from "effect/Semaphore"
import * as SubscriptionRef from "effect/SubscriptionRef"
import type { ConfigStanding } from "./ConfigStanding.ts"
import type { Noted } from "./noting.ts"
import { type ConfigProblem, ConfigError, formatProblem } from "./problems.ts"
import { needsRestart } from "./restart.ts"
import type { Settings } from "./Settings.ts"

/** The settings as they are when they are read: a copy of this is a copy of what is in force then. */
const view = <More extends object>(started: Settings, now: () => Settings, more: More): Settings & More => {
  const settings = { ...started }
  for (const key of Object.keys(started)) {
    Object.defineProperty(settings, key, { enumerable: true, get: (): unknown => Reflect.get(now(), key) })
  }
  return Object.assign(settings, more)
}

const sameProblems = (one: ReadonlyArray<ConfigProblem>, other: ReadonlyArray<ConfigProblem>): boolean =>
  one.map(formatProblem).join("\n") === other.map(formatProblem).join("\n")

/** Says what a reload came to, and nothing where it came to nothing new. */
const announce = Effect.fnUntraced(function* (
  before: ConfigStanding,
  after: ConfigStanding,
  was: Settings,
  is: Settings
) {
  if (after.problems.length > 0) {
    if (sameProblems(before.problems, after.problems)) return
    for (const problem of after.problems) yield* Effect.logError(`configuration: ${formatProblem(problem)}`)
    return yield* Effect.logError("the configuration cannot be used as it is now: the last good one stays in force")
  }
  if (before.problems.length > 0) yield* Effect.logInfo("the configuration is good again")
  const known = new Set(was.warnings.map(formatProblem))
  for (const warning of is.warnings.map(formatProblem)) if (!known.has(warning)) yield* Effect.logWarning(warning)
  for (const key of after.restart) {
    if (!before.restart.includes(key)) yield* Effect.logWarning(`${key} was changed: that needs a restart`)
  }
})

/** A configuration that can be read again. `check` is run at once, and at each reload. */
export const makeLive = Effect.fnUntraced(function* <R>(check: Effect.Effect<Noted, never, R>) {
  const again = Effect.provideContext(check, yield* Effect.context<R>())
  const first = yield* again
  const started = first.checked.config
  if (started === undefined) return yield* new ConfigError({ problems: first.checked.problems })
  let now = started
  let files = first.files
  const settings = yield* SubscriptionRef.make(started)
  const standing = yield* SubscriptionRef.make<ConfigStanding>({
    problems: [],
    since: null,
    restart: [],
    loadedAt: yield* Clock.currentTimeMillis
  })
  const oneAtATime = yield* Semaphore.make(1)

  const reload = Effect.gen(function* () {
    const {
      checked: { config, problems },
      files: read
    } = yield* again
    const at = yield* Clock.currentTimeMillis
    const before = yield* SubscriptionRef.get(standing)
    const was = now
    files = read
    const after: ConfigStanding =
      config === undefined
        ? { ...before, problems, since: before.since ?? at }
        : { problems: [], since: null, restart: needsRestart(started, config), loadedAt: at }
    yield* announce(before, after, was, config ?? was)
    yield* SubscriptionRef.set(standing, after)
    if (config !== undefined && !Equal.equals(config, was)) {
      now = config
      yield* SubscriptionRef.set(settings, config)
    }
    return after
  })

  return view(started, () => now, {
    current: Effect.sync(() => now),
    changes: SubscriptionRef.changes(settings),
    reload: oneAtATime.withPermit(Effect.uninterruptible(reload)).pipe(Effect.withSpan("ZaloConfig.reload")),
    standing: SubscriptionRef.get(standing),
    standings: SubscriptionRef.changes(standing),
    files: Effect.sync(() => files)
  })
})
