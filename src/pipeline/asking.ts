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
  /** What is left: with `onPart` nothing but the wish for a person, since that had every other part. */
  | { readonly _tag: "Answered"; readonly parts: ReadonlyArray<ReplyPart> }
  | { readonly _tag: "Failed"; readonly cause: Cause.Cause<unknown> }
  /** Somebody wrote what belongs into this turn, or a person has taken over: there is no answer. */
  | { readonly _tag: "Outdated" }

export interface Asking {
  readonly account: AccountRuntime
  readonly media: Media["Service"]
  readonly turn: Turn
  readonly background: Scope.Scope
  /** Takes each part as it comes; undefined keeps them until the end. */
  readonly onPart: ((part: ReplyPart) => Effect.Effect<void>) | undefined
  /** Ends when the turn is outdated. */
  readonly outdated: Effect.Effect<void>
}

const isHandoff = (part: ReplyPart): boolean => part.type === "handoff"

/** Asks the agent, typing meanwhile. An interruption of the agent's own is its failure; one from outside stops this. */
export const ask = ({ account, background, media, onPart, outdated, turn }: Asking): Effect.Effect<Asked> => {
  const answers = (whole: Turn) => {
    // Nothing that an agent says after it has asked for a person is heard.
    const reply = Stream.takeUntil(account.agent.reply(whole), isHandoff)
    if (onPart === undefined) return Stream.runCollect(reply)
    return Stream.runCollect(
      Stream.filterEffect(reply, (part) => (isHandoff(part) ? Effect.succeed(true) : Effect.as(onPart(part), false)))
    )
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
  return Effect.raceFirst(
    asked,
    Effect.map(outdated, (): Asked => ({ _tag: "Outdated" }))
  )
}
