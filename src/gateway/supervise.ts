import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { identity } from "effect/Function"
import * as Latch from "effect/Latch"
import * as Result from "effect/Result"
import * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import type { Digest } from "effect/crypto/Digest"
import type { AccountSettings } from "../domain/Account.ts"
import type { AccountId } from "../domain/ids.ts"
import type { AccountState } from "../journal/AccountState.ts"
import type { Inbox } from "../journal/Inbox.ts"
import { Pipeline } from "../pipeline/Pipeline.ts"
import { Singletons } from "../pipeline/Singletons.ts"
import { internal, leaseHeld } from "../updates/Trouble.ts"
import type { TransportStatus } from "../updates/TransportStatus.ts"
import type { WebhookTargets } from "../updates/WebhookTargets.ts"
import type { AccountReport } from "./AccountReport.ts"
import { ZaloConfig } from "./config/ZaloConfig.ts"
import { RunningAccounts } from "./RunningAccounts.ts"
import type { RunningAccount } from "./runtimes.ts"
import { atFirst, standBy } from "./standBy.ts"
import { makeStatus, pollMargin, runTransport, serveWebhook } from "./transports.ts"

/** A bug in a transport: it begins anew, this much later. */
const afterDefect = Duration.seconds(5)
/** Between two looks whether another process has let a bot's lease go. */
const leaseAgain = Duration.seconds(1)
/** Between two looks whether a refused token is good after all. */
const refusedAgain = Duration.minutes(10)
/** An address or a secret that is not wanted any more: so long Zalo may still use it. */
const hookLingers = Duration.minutes(1)
/** A transport that brought nothing anyway is not waited for. */
const brief = Duration.seconds(1)

/** One account under supervision: what is wanted of it, and how it stands. */
export interface Supervised {
  readonly id: AccountId
  readonly wanted: SubscriptionRef.SubscriptionRef<AccountSettings>
  readonly standing: SubscriptionRef.SubscriptionRef<TransportStatus>
  /** What another runner of the cluster says of it, while that one lets its updates in; undefined: this process does. */
  readonly elsewhere: SubscriptionRef.SubscriptionRef<AccountReport | undefined>
  /** Opens when the account is to be let go. */
  readonly leaving: Latch.Latch
  /** Keeps two from giving the account new settings at once. */
  readonly gate: Semaphore.Semaphore
}

export const makeSupervised = Effect.fnUntraced(function* (settings: AccountSettings) {
  const one: Supervised = {
    id: settings.id,
    wanted: yield* SubscriptionRef.make(settings),
    standing: yield* Effect.flatMap(makeStatus(settings.transport), SubscriptionRef.make),
    elsewhere: yield* Effect.flatMap(atFirst(settings), (report) => SubscriptionRef.make(report)),
    leaving: Latch.makeUnsafe(false),
    gate: Semaphore.makeUnsafe(1)
  }
  return one
})

/** One transport at a time for each bot: what an account that let it go still has open is not shared with the next one. */
export interface Bots {
  alone(botId: string): <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
}

export const makeBots = (): Bots => {
  const gates = new Map<string, Semaphore.Semaphore>()
  return {
    alone: (botId) => {
      const gate = gates.get(botId) ?? Semaphore.makeUnsafe(1)
      gates.set(botId, gate)
      return gate.withPermit
    }
  }
}

/** Whether a transport that runs with the one need not begin anew for the other. */
const sameRun = (one: AccountSettings, other: AccountSettings): boolean =>
  Equal.equals(one.token, other.token) &&
  Equal.equals(one.proxy, other.proxy) &&
  Equal.equals(one.transport, other.transport) &&
  Equal.equals(one.retention, other.retention)

/** Gives the account what is wanted of it, if it is at work with that bot; else whoever takes it on will. */
export const refresh = Effect.fnUntraced(
  function* (one: Supervised) {
    const accounts = yield* RunningAccounts
    const settings = yield* SubscriptionRef.get(one.wanted)
    const known = yield* accounts.get(one.id)
    if (known._tag === "None" || known.value.settings.botId !== settings.botId) return
    yield* Effect.ignore(accounts.put(settings))
  },
  (effect, one) => one.gate.withPermit(effect)
)

type Needs = ZaloConfig | RunningAccounts | Pipeline | Inbox | AccountState | WebhookTargets | Digest | Scope.Scope

/**
 * Runs one account for as long as it is wanted and the process does not stop: with its lease, under its settings of the time. Its
 * trouble is its own.
 */
export const supervise: (
  one: Supervised,
  options: { readonly bots: Bots; readonly stopping: Latch.Latch }
) => Effect.Effect<void, never, Needs> = Effect.fnUntraced(
  function* (one, { bots, stopping }) {
    const config = yield* ZaloConfig
    const accounts = yield* RunningAccounts
    const pipeline = yield* Pipeline
    const background = yield* Effect.scope
    const ends = Effect.raceFirst(one.leaving.await, stopping.await)
    const ended = () => one.leaving.isOpen() || stopping.isOpen()
    const stopLimit = Effect.sync(() => config.gateway.stopLimit)
    const status = SubscriptionRef.get(one.standing)

    const differs = (from: AccountSettings) =>
      Stream.runDrain(SubscriptionRef.changes(one.wanted).pipe(Stream.takeWhile((settings) => sameRun(settings, from))))

    /** With the lease, however long another process keeps it. */
    const takeOn = Effect.gen(function* () {
      for (;;) {
        const settings = yield* SubscriptionRef.get(one.wanted)
        const taken = yield* one.gate.withPermit(Effect.result(accounts.put(settings)))
        if (Result.isSuccess(taken)) return taken.success
        yield* (yield* status).blocked(leaseHeld(taken.failure.message))
        yield* Effect.sleep(leaseAgain)
      }
    })

    /** Ends when it must begin anew, or not at all. */
    const run = Effect.fnUntraced(function* (account: RunningAccount, settings: AccountSettings) {
      const { transport } = settings
      const now = yield* status
      const stop = Latch.makeUnsafe(false)
      const alone = transport._tag === "Polling" ? bots.alone(settings.botId) : identity
      const letIn = (leave: Effect.Effect<void>) =>
        Effect.andThen(
          SubscriptionRef.set(one.elsewhere, undefined),
          alone(runTransport({ account, transport, status: now, stopping: Effect.raceFirst(stop.await, leave) }))
        )
      const fiber = yield* Effect.flatMap(Singletons, ({ exclusively }) =>
        exclusively({
          name: `${transport._tag}/${one.id}`,
          work: letIn,
          standby: standBy(one, account),
          stopping: stop.await
        })
      ).pipe(
        Effect.catchDefect((defect) =>
          Effect.logError("a transport met a defect and begins anew", defect).pipe(
            Effect.andThen(now.failing(internal)),
            Effect.andThen(Effect.sleep(afterDefect))
          )
        ),
        Effect.forkChild({ startImmediately: true })
      )
      const over = Fiber.await(fiber)
      yield* Effect.raceFirst(over, Effect.raceFirst(differs(settings), ends))
      stop.openUnsafe()
      // A poll that is open brings what people write meanwhile: nobody else is asked for it before it ends.
      const { state } = yield* SubscriptionRef.get(now.report)
      const left = Effect.raceFirst(
        Effect.timeoutOption(over, state._tag === "Ready" ? pollMargin : brief),
        Effect.andThen(stopping.await, Effect.flatMap(stopLimit, Effect.sleep))
      ).pipe(Effect.andThen(Fiber.interrupt(fiber)))
      const next = yield* SubscriptionRef.get(one.wanted)
      // Zalo ends it as soon as a webhook is set: so that need not wait, and no message falls between the two.
      const toWebhook =
        transport._tag === "Polling" && next.transport._tag === "Webhook" && next.botId === settings.botId
      yield* toWebhook && !ended() ? Effect.forkIn(left, background) : left
    })

    /** What waits is begun, such as what could not be sent with another token. */
    const resume = pipeline.enter(one.id).pipe(Effect.catch((error) => Effect.logDebug(error.message)))

    /** A token that was refused is tried again now and then: Zalo may have mended it. */
    const heal = (account: RunningAccount) =>
      Effect.forever(
        account.refused.pipe(
          Effect.andThen(Effect.sleep(refusedAgain)),
          Effect.andThen(account.api.getMe),
          Effect.matchEffect({
            onFailure: () => Effect.void,
            onSuccess: (bot) => Effect.andThen(account.identified(bot), resume)
          })
        )
      )

    /** One transport after the other, until the account is to be let go or gets another bot. */
    const work = Effect.fnUntraced(function* (first: RunningAccount) {
      const { botId } = first.settings
      for (;;) {
        const settings = yield* SubscriptionRef.get(one.wanted)
        if (ended() || settings.botId !== botId) return
        yield* refresh(one)
        const account = yield* accounts.get(one.id)
        if (account._tag === "None") return
        yield* Effect.flatMap(makeStatus(settings.transport), (fresh) => SubscriptionRef.set(one.standing, fresh))
        const hook = yield* Scope.fork(background)
        yield* Scope.provide(serveWebhook(account.value, settings.transport), hook)
        yield* resume
        const healing = yield* Effect.forkChild(heal(account.value))
        for (;;) {
          yield* run(account.value, settings)
          if (ended() || !sameRun(yield* SubscriptionRef.get(one.wanted), settings)) break
          yield* Effect.raceFirst(account.value.accepted, Effect.raceFirst(differs(settings), ends))
          if (ended() || !sameRun(yield* SubscriptionRef.get(one.wanted), settings)) break
        }
        yield* Fiber.interrupt(healing)
        yield* one.leaving.isOpen()
          ? Scope.close(hook, Exit.void)
          : Effect.forkIn(Effect.andThen(Effect.sleep(hookLingers), Scope.close(hook, Exit.void)), background)
      }
    })

    const quiet = Effect.flatMap(stopLimit, (limit) => pipeline.leave(one.id, limit))
    const letGo = Effect.andThen(quiet, accounts.remove(one.id))

    // Whoever is switched off answers nothing more, however long its last poll is open. What comes in by one whose bot goes on
    // under another name is answered first: nobody would later.
    yield* one.leaving.await.pipe(
      Effect.andThen(SubscriptionRef.get(one.wanted)),
      Effect.andThen(({ botId }) => (config.accounts.some((other) => other.botId === botId) ? Effect.void : quiet)),
      Effect.forkChild
    )

    while (!ended()) {
      const taken = yield* Effect.raceFirst(takeOn, Effect.as(ends, undefined))
      if (taken === undefined) break
      yield* work(taken)
      if (ended() && !one.leaving.isOpen()) return
      // What other accounts take over is not offered to other processes in between.
      const { botId } = yield* SubscriptionRef.get(one.wanted)
      yield* Effect.scoped(Effect.andThen(ended() ? Effect.void : Effect.ignore(accounts.hold(botId)), letGo))
    }
  },
  (effect, one) => Effect.annotateLogs(effect, { account: one.id })
)
