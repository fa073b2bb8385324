import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as SubscriptionRef from "effect/SubscriptionRef"
import type { AccountSettings } from "../domain/Account.ts"
import { AccountState } from "../journal/AccountState.ts"
import { type AccountReport, decodeReport } from "./AccountReport.ts"
import { Cluster, isHere } from "./Cluster.ts"
import type { RunningAccount } from "./runtimes.ts"
import type { Supervised } from "./supervise.ts"
import { patienceOf } from "./transports.ts"

/** How often it is looked at how the account does elsewhere. */
const lookEvery = "1 second"
/** Between two questions who the bot is. */
const askEvery = Schedule.spaced("30 seconds")

const nobody = "no runner lets its messages in yet"

/** An account of which nothing is known yet. */
const unheard = ({ id, name, transport }: AccountSettings): AccountReport => ({
  account: id,
  name: name ?? null,
  bot: null,
  transport: transport._tag === "Polling" ? "polling" : "webhook",
  ready: false,
  reason: nobody,
  stopped: false,
  lastGoodAt: null,
  runner: null,
  trouble: null
})

/** What is known of an account before anything begins: in a cluster it is not this runner's yet. */
export const atFirst = (settings: AccountSettings): Effect.Effect<AccountReport | undefined> =>
  Effect.map(Cluster, (cluster) => (cluster === undefined ? undefined : unheard(settings)))

/**
 * What is known of an account that another runner lets updates in for. Who is gone still counts for as long as its last good poll or
 * check does: until then somebody else has taken over.
 */
const heard = Effect.fnUntraced(function* (one: Supervised) {
  const states = yield* AccountState
  const cluster = yield* Cluster
  const settings = yield* SubscriptionRef.get(one.wanted)
  const said = Option.flatMap(yield* Effect.orElseSucceed(states.status(one.id), Option.none), decodeReport)
  if (Option.isNone(said)) return unheard(settings)
  const { lastGoodAt, ready, runner } = said.value
  if (runner !== null && runner !== cluster?.self && (yield* isHere(runner))) return said.value
  const age = (yield* Clock.currentTimeMillis) - (lastGoodAt === null ? 0 : Date.parse(lastGoodAt))
  return ready && age < Duration.toMillis(patienceOf(settings.transport))
    ? { ...said.value, runner: null }
    : { ...said.value, ready: false, reason: nobody, runner: null, trouble: null }
})

/**
 * Follows an account for which another runner lets updates in. This one answers its chats too, so that it has to know who the bot
 * is.
 */
export const standBy = (one: Supervised, account: RunningAccount): Effect.Effect<void, never, AccountState> => {
  const identify = account.api.getMe.pipe(
    Effect.flatMap(account.identified),
    Effect.retry({ schedule: askEvery, while: ({ reason }) => reason._tag !== "Unauthorized" }),
    Effect.ignore
  )
  const follow = Effect.flatMap(heard(one), (report) => SubscriptionRef.set(one.elsewhere, report)).pipe(
    Effect.andThen(Effect.sleep(lookEvery)),
    Effect.forever,
    Effect.withTracerEnabled(false)
  )
  return Effect.all([identify, follow], { concurrency: "unbounded", discard: true })
}
