import * as Clock from "effect/Clock"
import type { Digest } from "effect/crypto/Digest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Inbox } from "../journal/Inbox.ts"
import { makeAdmit } from "./admit.ts"
import { backOff } from "./pause.ts"
import type { PollingOptions } from "./Polling.ts"
import { ofStore } from "./Trouble.ts"

/** Takes one polled update and answers whether it was new. */
export type Keep = (update: unknown) => Effect.Effect<boolean>

/**
 * Journals what a poll brought. Zalo has forgotten it by now, so while the journal takes nothing it is held here and tried
 * again until it is taken; only the wait between two tries can be interrupted. An update that we cannot even look at without
 * a defect is kept as dead: it must not come in the way of the others.
 */
export const makeKeep = (
  options: Pick<PollingOptions, "account" | "status" | "onAdmitted" | "retention">
): Effect.Effect<Keep, never, Inbox | Digest> =>
  Effect.map(makeAdmit, ({ admit, admitDead }) => {
    const { account, status, onAdmitted, retention } = options

    const keep = Effect.fnUntraced(function* (update: unknown) {
      const receivedAt = yield* Clock.currentTimeMillis
      const body = JSON.stringify(update) ?? "null"
      const received = { account, source: "polling", body, parsed: update, receivedAt, retention } as const
      const guarded = Effect.catchDefect(
        Effect.suspend(() => admit(received, onAdmitted)),
        (defect) =>
          Effect.andThen(
            Effect.logError("an update could not be looked at: it is kept as dead", defect),
            admitDead(received)
          )
      )
      for (let failures = 1; ; failures++) {
        const kept = yield* Effect.result(guarded)
        if (Result.isSuccess(kept)) return kept.success
        yield* status.failing(ofStore(kept.failure))
        yield* Effect.interruptible(backOff(failures))
      }
    })

    return (update) =>
      Effect.catchDefect(
        Effect.suspend(() => keep(update)),
        (defect) => Effect.as(Effect.logError("an update is lost: it could not be journalled at all", defect), false)
      )
  })
