import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { AccountSettings } from "../../domain/Account.ts"
import type { JournalError } from "../../journal/Journal.ts"
import { Outbox } from "../../journal/Outbox.ts"
import { Broadcasts } from "../../journal/proactive/Broadcasts.ts"
import { Accounts } from "../../pipeline/Accounts.ts"
import { SendLanes } from "../../pipeline/SendLanes.ts"
import { Sender } from "../../pipeline/Sender.ts"
import { Leases } from "../Leases.ts"
import { makeBroadcasting } from "./broadcasting.ts"

const look = 250
/** Between two reports of how far it is, in looks. */
const reportEvery = 20
/** How long calls that are under way may take when the command is told to stop. */
const stopLimit = Duration.seconds(10)
/** Chats with something to try again that are woken in one look. */
const wokenAtOnce = 64

/**
 * Sees a broadcast to its end: a running gateway works it off, else this process, for as long as it takes. `Accounts` must
 * hold no other account: their bots may be somebody else's. It ends earlier when the broadcast waits for an operator, for the quota, for the hour or for a token. Answers whether it was waited for.
 */
export const workOff = Effect.fn("workOff")(function* (options: {
  readonly account: AccountSettings
  readonly id: string
  /** Also while a gateway works it off. */
  readonly wait: boolean
  readonly progress: Effect.Effect<void, JournalError, Broadcasts>
}) {
  const broadcasts = yield* Broadcasts
  const leases = yield* Leases
  const accounts = yield* Accounts
  const sender = yield* Sender
  const lanes = yield* SendLanes
  const outbox = yield* Outbox
  const { account, id, progress } = options

  const goesOn = Effect.map(broadcasts.find(`b${id}`), (found) =>
    Option.exists(found, ({ reason, state }) => state === "preparing" || (state === "running" && reason === null))
  )

  const until = <E, R>(step: Effect.Effect<number, E, R>) =>
    Effect.gen(function* () {
      for (let looks = 1; yield* goesOn; looks++) {
        const wait = yield* step
        if (looks % reportEvery === 0) yield* progress
        yield* Effect.sleep(Math.max(1, Math.min(wait, look)))
      }
      return true
    })

  const here = Effect.gen(function* () {
    yield* leases.take(account.botId)
    const runtime = yield* accounts.get(account.id)
    if (Option.isNone(runtime)) return false
    yield* Effect.addFinalizer(() => lanes.stop(stopLimit))
    const { step } = yield* makeBroadcasting
    yield* sender.recover(runtime.value)
    yield* lanes.search
    // What the gateway's pipeline does otherwise.
    const wakeDue = Effect.gen(function* () {
      const due = yield* outbox.due(account.id, yield* Clock.currentTimeMillis, wokenAtOnce)
      for (const chat of due) yield* lanes.wake({ account: account.id, chat })
    })
    return yield* until(
      Effect.andThen(
        wakeDue,
        Effect.map(step(runtime.value), (wait) => wait ?? look)
      )
    )
  }).pipe(Effect.scoped)

  return yield* Effect.catchTag(here, "LeaseHeld", () =>
    options.wait ? until(Effect.succeed(look)) : Effect.succeed(false)
  )
})
