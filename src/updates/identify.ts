import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Bot } from "../zalo/wire.ts"
import type { ZaloApi } from "../zalo/ZaloApi.ts"
import { backOff, slow } from "./pause.ts"
import type { TransportStatus } from "./TransportStatus.ts"
import { ofZalo, tokenRefused } from "./Trouble.ts"

export interface Identified {
  readonly api: ZaloApi["Service"]
  readonly status: TransportStatus
  /** Told who the bot is, once. */
  readonly onBot: (bot: Bot) => Effect.Effect<void>
  /** Told that nothing can be sent either. */
  readonly onTokenRefused: Effect.Effect<void>
}

/** The account rests, the process does not: a token that was reset hardly ever comes back (`zalo-bot-api.md` §2.1). */
export const refuseToken = ({ onTokenRefused, status }: Identified): Effect.Effect<void> =>
  Effect.andThen(onTokenRefused, status.stopped(tokenRefused))

/** Asks who the bot is, as often as it takes. False says that the token is refused and the account has ended. */
export const identify = Effect.fnUntraced(function* (options: Identified) {
  for (let failures = 1; ; failures++) {
    const answer = yield* Effect.result(options.api.getMe)
    if (Result.isSuccess(answer)) {
      yield* options.onBot(answer.success)
      return true
    }
    const error = answer.failure
    if (error.reason._tag === "Unauthorized") {
      yield* refuseToken(options)
      return false
    }
    if (error.poll === "retry") {
      yield* options.status.failing(ofZalo(error))
      yield* backOff(failures)
    } else {
      yield* options.status.blocked(ofZalo(error))
      yield* Effect.sleep(slow)
    }
  }
})
