import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { ReplyPart } from "../domain/Reply.ts"
import type { Turn } from "../domain/Turn.ts"
import type { Media } from "../media/Media.ts"
import { MessageTraces } from "../journal/MessageTraces.ts"
import type { AccountRuntime } from "./Accounts.ts"
import { timed } from "./counts.ts"
import { withMedia } from "./mediaOf.ts"
import { whileTyping } from "./Typing.ts"

/** What came of asking an agent. */
export type Asked =
  /** What is left to be sent: with `onPart` nothing, since that had every part. */
  | { readonly _tag: "Answered"; readonly parts: ReadonlyArray<ReplyPart> }
  | { readonly _tag: "Failed"; readonly cause: Cause.Cause<unknown> }
  /** Somebody wrote what belongs into this turn: it is asked anew. */
  | { readonly _tag: "Outdated" }

export interface Asking {
  readonly account: AccountRuntime
  readonly media: Media["Service"]
  readonly turn: Turn
  readonly background: Scope.Scope
  /** Takes each part as it comes; undefined keeps them until the end. */
  readonly onPart: ((part: ReplyPart) => Effect.Effect<void>) | undefined
  /** Ends when the turn is outdated; undefined where that never happens. */
  readonly outdated: Effect.Effect<void> | undefined
}

const nothing: ReadonlyArray<ReplyPart> = []

/** Asks the agent, typing meanwhile. An interruption of the agent's own is its failure; one from outside stops this. */
export const ask = ({ account, background, media, onPart, outdated, turn }: Asking): Effect.Effect<Asked> => {
  const answers = (whole: Turn) => {
    const reply = account.agent.reply(whole)
    return onPart === undefined ? Stream.runCollect(reply) : Effect.as(Stream.runForEach(reply, onPart), nothing)
  }
  const asked = Effect.flatMap(MessageTraces, (traces) =>
    withMedia(media, account.settings, turn).pipe(
      traces.step("media"),
      Effect.flatMap((whole) => answers(whole).pipe(traces.step("agent"), timed(turn.account)))
    )
  ).pipe(
    whileTyping(account.api, turn.chat.id, background),
    Effect.matchCause({
      onFailure: (cause): Asked => ({ _tag: "Failed", cause }),
      onSuccess: (parts): Asked => ({ _tag: "Answered", parts })
    })
  )
  if (outdated === undefined) return asked
  return Effect.raceFirst(
    asked,
    Effect.map(outdated, (): Asked => ({ _tag: "Outdated" }))
  )
}
