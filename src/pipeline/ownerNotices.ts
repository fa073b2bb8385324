import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { PairingRepo } from "../access/PairingRepo.ts"
import { ChatId } from "../domain/ids.ts"
import { Journal } from "../journal/Journal.ts"
import { Accounts } from "./Accounts.ts"
import { SendLanes } from "./SendLanes.ts"
import { runSingleton } from "./Singletons.ts"

/** How often requests that came too soon after a notice are looked for. */
const every = "5 seconds"

/**
 * Tells the owners of requests that were made within a minute of another: the first one is told of in the transaction that
 * makes it, those behind it together (`access/owners.ts`). Owners whom the configuration has only just named are told of all who
 * wait.
 */
export const layerOwnerNotices: Layer.Layer<never, never, Journal | PairingRepo | Accounts | SendLanes> =
  Layer.effectDiscard(
    Effect.gen(function* () {
      const journal = yield* Journal
      const pairing = yield* PairingRepo
      const accounts = yield* Accounts
      const sends = yield* SendLanes

      const look = Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        for (const id of yield* pairing.untold(now)) {
          const account = yield* accounts.get(id)
          if (Option.isNone(account)) continue
          const { access } = account.value.settings
          if (access.pairing.owners.length === 0) continue
          const told = yield* journal.write(pairing.tellOwnersUnit(id, access, now))
          if (told)
            for (const owner of access.pairing.owners) yield* sends.wake({ account: id, chat: ChatId.make(owner) })
        }
      })

      yield* Effect.sleep(every).pipe(
        Effect.andThen(look),
        Effect.catch((error) => Effect.logError(error.message)),
        Effect.forever,
        Effect.withTracerEnabled(false),
        (work) => runSingleton("owners", work)
      )
    })
  )
