import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import type { ZaloApi } from "../zalo/ZaloApi.ts"

/** Zalo shows it for a few seconds (`zalo-bot-api.md` §5.11). */
const every = "4 seconds"

/** Zalo does not want it, or cannot be reached: the turn goes on without. */
const patience = 2

/**
 * Shows that the bot is typing for as long as `turn` runs. A call is never cut short (that would cost the connection) and
 * never waited for: the turn neither fails nor ends later because of it. `background` outlives the turn.
 */
export const whileTyping =
  (api: ZaloApi["Service"], chat: string, background: Scope.Scope) =>
  <A, E, R>(turn: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.gen(function* () {
      const pulse = yield* Effect.forkChild(pulses(api, chat, background))
      return yield* Effect.ensuring(turn, Fiber.interrupt(pulse))
    })

const pulses = Effect.fnUntraced(function* (api: ZaloApi["Service"], chat: string, background: Scope.Scope) {
  for (let failures = 0; failures < patience;) {
    const call = yield* Effect.forkIn(api.sendChatAction({ chat, action: "typing" }), background)
    yield* Effect.sleep(every)
    failures = Exit.isFailure(yield* Fiber.await(call)) ? failures + 1 : 0
  }
})
