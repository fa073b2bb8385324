import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { AgentBridge, AgentReason } from "../../src/agent/AgentBridge.ts"
import type { ReplyPart } from "../../src/domain/Reply.ts"
import { Turn } from "../../src/domain/Turn.ts"

/** The JSON of `design.md` §6.4, as an agent sees it. */
export const wire = {
  turnId: "default:m1",
  attempt: 1,
  account: "default",
  session: "default:c1",
  chat: { id: "c1", type: "PRIVATE" },
  sender: { id: "u1", displayName: "Lan" },
  message: { id: "m1", kind: "text", text: "chào bạn\nkhoẻ không?", sentAt: "2026-11-22T08:00:00.000Z" }
}

export const turn: Turn = Schema.decodeUnknownSync(Turn)(wire)

export const turnWith = (message: Partial<Turn["message"]>): Turn => ({
  ...turn,
  message: { ...turn.message, ...message }
})

export const ask = (
  bridge: AgentBridge["Service"],
  asked: Turn = turn
): Effect.Effect<Array<ReplyPart>, AgentFailure> =>
  bridge.reply(asked).pipe(
    Stream.runCollect,
    Effect.mapError((error) => error.reason)
  )

export type AgentFailure = AgentReason
