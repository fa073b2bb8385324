import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FiberMap from "effect/FiberMap"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import type { Digest } from "effect/crypto/Digest"
import type { AccountSettings, Transport } from "../domain/Account.ts"
import type { AccountId } from "../domain/ids.ts"
import type { AccountState } from "../journal/AccountState.ts"
import type { Inbox } from "../journal/Inbox.ts"
import { Journal } from "../journal/Journal.ts"
import { Pipeline } from "../pipeline/Pipeline.ts"
import type { WebhookTargets } from "../updates/WebhookTargets.ts"
import { type AccountReport, reportOf } from "./AccountReport.ts"
import { changedKeys } from "./changedKeys.ts"
import { Cluster } from "./Cluster.ts"
import { ZaloConfig } from "./config/ZaloConfig.ts"
import { RunningAccounts } from "./RunningAccounts.ts"
import { makeBots, makeSupervised, refresh, supervise, type Supervised } from "./supervise.ts"
import { writeStandings } from "./writeStandings.ts"

/** The accounts under supervision: one's trouble is its own, and so is a change of its settings. */
export class Gateway extends Context.Service<
  Gateway,
  {
    /** Lets updates in, and goes on with what the journal holds. Call it once the HTTP routes answer. */
    readonly start: Effect.Effect<void>
    readonly reports: Effect.Effect<ReadonlyArray<AccountReport>>
    /** The accounts' standing now, and whenever one changes. */
    readonly changes: Stream.Stream<AccountReport>
    /** Lets an account's updates in another way from now on, until its settings change. What was admitted stays. */
    switchTo(account: AccountId, transport: Transport): Effect.Effect<void>
  }
>()("zalo-effect/gateway/Gateway") {
  static readonly layerNoDeps: Layer.Layer<
    Gateway,
    never,
    ZaloConfig | RunningAccounts | Pipeline | Journal | AccountState | Inbox | WebhookTargets | Digest
  > = Layer.effect(
    Gateway,
    Effect.suspend(() => make)
  )
}

const make = Effect.gen(function* () {
  const config = yield* ZaloConfig
  const running = yield* RunningAccounts
  const pipeline = yield* Pipeline
  const journal = yield* Journal
  const bots = makeBots()
  const self = (yield* Cluster)?.self ?? null
  const stopping = yield* Latch.make(false)
  const fibers = yield* FiberMap.make<Supervised, void, never>()
  /** Whoever was last at work under an id: the next one waits until it is gone. */
  const last = new Map<AccountId, Fiber.Fiber<void>>()
  const begin = yield* FiberMap.runtime(fibers)<
    ZaloConfig | RunningAccounts | Pipeline | Inbox | AccountState | WebhookTargets | Digest | Scope.Scope
  >()
  const supervised = yield* SubscriptionRef.make<ReadonlyArray<Supervised>>(
    yield* Effect.forEach(config.accounts, makeSupervised)
  )
  /** What the configuration last wanted, whatever `switchTo` made of it. */
  let configured = new Map(config.accounts.map((settings) => [settings.id, settings]))

  const run = (one: Supervised) => {
    const before = last.get(one.id)
    const work = supervise(one, { bots, stopping })
    last.set(one.id, begin(one, before === undefined ? work : Effect.andThen(Fiber.await(before), work)))
  }

  const report = Effect.fnUntraced(function* (one: Supervised) {
    const elsewhere = yield* SubscriptionRef.get(one.elsewhere)
    if (elsewhere !== undefined) return elsewhere
    const status = yield* SubscriptionRef.get(one.standing)
    const { name } = yield* SubscriptionRef.get(one.wanted)
    const account = yield* running.get(one.id)
    const bot = Option.isSome(account) ? yield* account.value.bot : Option.none()
    const botName = Option.getOrNull(Option.map(bot, (known) => known.displayName ?? known.accountName ?? known.id))
    const transport = yield* SubscriptionRef.get(status.report)
    const { failure } = yield* journal.standing
    return reportOf({ id: one.id, name }, botName, transport, failure, self, yield* Clock.currentTimeMillis)
  })

  const changesOf = (one: Supervised) =>
    SubscriptionRef.changes(one.standing).pipe(
      Stream.switchMap((status) => SubscriptionRef.changes(status.report)),
      Stream.merge(SubscriptionRef.changes(one.elsewhere)),
      Stream.mapEffect(() => report(one))
    )
  const changes = SubscriptionRef.changes(supervised).pipe(
    Stream.switchMap((all) => Stream.mergeAll(all.map(changesOf), { concurrency: "unbounded" }))
  )
  const reports = Effect.flatMap(SubscriptionRef.get(supervised), Effect.forEach(report))

  const leave = Effect.fnUntraced(function* (one: Supervised) {
    yield* Effect.logInfo("the account stops: it is not configured any more").pipe(
      Effect.annotateLogs({ account: one.id })
    )
    yield* one.leaving.open
  })

  const enter = Effect.fnUntraced(function* (settings: AccountSettings) {
    yield* Effect.logInfo("the account is new: it begins").pipe(Effect.annotateLogs({ account: settings.id }))
    const one = yield* makeSupervised(settings)
    yield* SubscriptionRef.update(supervised, (all) => [...all, one])
    run(one)
  })

  const change = Effect.fnUntraced(function* (one: Supervised, settings: AccountSettings) {
    const before = configured.get(one.id)
    const keys = before === undefined ? [] : changedKeys(before, settings)
    if (keys.length === 0) return
    yield* Effect.logInfo(`changed: ${keys.join(", ")}`).pipe(Effect.annotateLogs({ account: one.id }))
    yield* SubscriptionRef.set(one.wanted, settings)
    yield* Effect.provideService(refresh(one), RunningAccounts, running)
  })

  /** Brings the accounts to what the configuration wants now, and touches none that it wants as it was. */
  const apply = Effect.fnUntraced(function* (accounts: ReadonlyArray<AccountSettings>) {
    const wanted = new Map(accounts.map((settings) => [settings.id, settings]))
    const all = yield* SubscriptionRef.get(supervised)
    const gone = all.filter(({ id }) => !wanted.has(id))
    if (gone.length > 0)
      yield* SubscriptionRef.set(
        supervised,
        all.filter(({ id }) => wanted.has(id))
      )
    const known = new Map(all.map((one) => [one.id, one]))
    const settle = (settings: AccountSettings) => {
      const one = known.get(settings.id)
      return one === undefined ? enter(settings) : change(one, settings)
    }
    yield* Effect.forEach(gone, leave, { discard: true })
    yield* Effect.forEach(accounts, settle, { discard: true })
    configured = wanted
  })

  const start = Effect.gen(function* () {
    for (const one of yield* SubscriptionRef.get(supervised)) run(one)
    yield* Effect.forkIn(
      Stream.runForEach(config.changes, ({ accounts }) => apply(accounts)),
      scope
    )
  })

  // Polls that are open are left until the limit, and what they bring is admitted; turns end, or wait in the journal.
  const scope = yield* Effect.scope
  yield* Effect.addFinalizer(() => {
    const limit = config.gateway.stopLimit
    const polls = Effect.andThen(stopping.open, Effect.timeoutOption(FiberMap.awaitEmpty(fibers), limit))
    return Effect.all([polls, pipeline.stop(limit)], { concurrency: "unbounded", discard: true })
  })
  // Each runner tells of the accounts that it lets updates in for.
  const isOwn = ({ runner }: AccountReport): boolean => runner === self
  yield* Effect.forkScoped(
    writeStandings(
      Stream.filter(changes, isOwn),
      Effect.map(reports, (all) => all.filter(isOwn))
    )
  )

  return Gateway.of({
    start,
    reports,
    changes,
    switchTo: Effect.fnUntraced(function* (id: AccountId, transport: Transport) {
      const one = (yield* SubscriptionRef.get(supervised)).find((known) => known.id === id)
      if (one !== undefined) yield* SubscriptionRef.update(one.wanted, (settings) => ({ ...settings, transport }))
    })
  })
})
