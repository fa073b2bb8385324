import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FiberMap from "effect/FiberMap"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import type { Digest } from "effect/crypto/Digest"
import type { Transport } from "../domain/Account.ts"
import type { AccountId } from "../domain/ids.ts"
import type { AccountState } from "../journal/AccountState.ts"
import type { Inbox } from "../journal/Inbox.ts"
import { Pipeline } from "../pipeline/Pipeline.ts"
import type { TransportStatus } from "../updates/TransportStatus.ts"
import type { WebhookTargets } from "../updates/WebhookTargets.ts"
import { type AccountReport, reportOf } from "./AccountReport.ts"
import { ZaloConfig } from "./config/ZaloConfig.ts"
import { RunningAccounts } from "./RunningAccounts.ts"
import type { RunningAccount } from "./runtimes.ts"
import { makeStatus, runTransport } from "./transports.ts"
import { writeStandings } from "./writeStandings.ts"

/** A bug in a transport: it begins anew, this much later. */
const afterDefect = "5 seconds"

/** The accounts under supervision: one's trouble is its own. */
export class Gateway extends Context.Service<
  Gateway,
  {
    /** Lets updates in, and goes on with what the journal holds. Call it once the HTTP routes answer. */
    readonly start: Effect.Effect<void>
    readonly reports: Effect.Effect<ReadonlyArray<AccountReport>>
    /** An account's standing now, and whenever it changes. */
    readonly changes: Stream.Stream<AccountReport>
    /** Lets an account's updates in another way from now on. What was admitted stays. */
    switchTo(account: AccountId, transport: Transport): Effect.Effect<void>
  }
>()("zalo-effect/gateway/Gateway") {
  static readonly layerNoDeps: Layer.Layer<
    Gateway,
    never,
    ZaloConfig | RunningAccounts | Pipeline | AccountState | Inbox | WebhookTargets | Digest
  > = Layer.effect(
    Gateway,
    Effect.suspend(() => make)
  )
}

interface Supervised {
  readonly account: RunningAccount
  readonly standing: SubscriptionRef.SubscriptionRef<TransportStatus>
  transport: Transport
}

const make = Effect.gen(function* () {
  const { gateway: settings } = yield* ZaloConfig
  const running = yield* RunningAccounts
  const pipeline = yield* Pipeline
  const fibers = yield* FiberMap.make<AccountId, "ended" | "again", never>()
  const begin = yield* FiberMap.runtime(fibers)<Pipeline | Inbox | AccountState | WebhookTargets | Digest>()
  const stopping = yield* Latch.make(false)

  const supervised = yield* Effect.forEach(Array.from(running.values()), (account) =>
    Effect.map(
      Effect.flatMap(makeStatus(account.settings.transport), SubscriptionRef.make),
      (standing): Supervised => ({ account, standing, transport: account.settings.transport })
    )
  )

  const attempt = Effect.fnUntraced(function* (one: Supervised) {
    const { account, transport } = one
    const status = yield* makeStatus(transport)
    yield* SubscriptionRef.set(one.standing, status)
    return yield* runTransport({ account, transport, status, stopping: stopping.await }).pipe(
      Effect.as("ended" as const),
      Effect.catchDefect((defect) =>
        Effect.logError("a transport met a defect and begins anew", defect).pipe(
          Effect.andThen(status.failing("an internal error; see the log")),
          Effect.andThen(Effect.sleep(afterDefect)),
          Effect.as("again" as const)
        )
      )
    )
  })

  const run = (one: Supervised) =>
    begin(
      one.account.settings.id,
      attempt(one).pipe(
        Effect.repeat({ while: (outcome) => outcome === "again" }),
        Effect.annotateLogs({ account: one.account.settings.id })
      )
    )

  const report = Effect.fnUntraced(function* (one: Supervised) {
    const status = yield* SubscriptionRef.get(one.standing)
    const bot = yield* one.account.bot
    const name = Option.getOrNull(Option.map(bot, (known) => known.displayName ?? known.accountName ?? known.id))
    return reportOf(one.account, name, yield* SubscriptionRef.get(status.report), yield* Clock.currentTimeMillis)
  })

  const changesOf = (one: Supervised) =>
    SubscriptionRef.changes(one.standing).pipe(
      Stream.switchMap((status) => SubscriptionRef.changes(status.report)),
      Stream.mapEffect(() => report(one))
    )
  const eachChanges = supervised.map(changesOf)
  const reports = Effect.forEach(supervised, report)

  const start = Effect.gen(function* () {
    yield* pipeline.resume.pipe(Effect.catch((error) => Effect.logError(error.message)))
    for (const one of supervised) run(one)
  })

  // Polls that are open are left until the limit, and what they bring is admitted; turns end, or wait in the journal.
  yield* Effect.addFinalizer(() => {
    const limit = settings.stopLimit
    const polls = Effect.andThen(stopping.open, Effect.timeoutOption(FiberMap.awaitEmpty(fibers), limit))
    return Effect.all([polls, pipeline.stop(limit)], { concurrency: "unbounded", discard: true })
  })
  yield* Effect.forkScoped(writeStandings(eachChanges, reports))

  return Gateway.of({
    start,
    reports,
    changes: Stream.mergeAll(eachChanges, { concurrency: "unbounded" }),
    switchTo: (id, transport) =>
      Effect.sync(() => {
        const one = supervised.find(({ account }) => account.settings.id === id)
        if (one === undefined) return
        one.transport = transport
        run(one)
      })
  })
})
