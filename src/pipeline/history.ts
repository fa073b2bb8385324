import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { withoutMention } from "../access/mention.ts"
import { AgentError } from "../agent/AgentError.ts"
import type { History, HistoryMessage } from "../agent/History.ts"
import { said } from "../agent/said.ts"
import type { OutboundPayload } from "../domain/Reply.ts"
import type { MessageKind } from "../domain/Turn.ts"
import type { Content } from "../domain/Update.ts"
import type { JournalError } from "../journal/Journal.ts"
import type { Answered, Said, SessionStore } from "../journal/sessionStore.ts"
import { decodeMessage } from "../updates/decode.ts"

/** What a person was sent, as a model is told of it. */
const sent = (payload: OutboundPayload): string => {
  switch (payload._tag) {
    case "Text":
      return payload.text
    case "Photo":
      return `[photo] ${payload.caption ?? ""}`.trim()
    case "Sticker":
      return "[sticker]"
    case "Voice":
      return "[voice message]"
  }
}

/** Chunks of one text follow each other as they were cut; what does not end in white space ended a part. */
const joined = (parts: ReadonlyArray<string>): string =>
  parts.reduce((text, part) => (text === "" || /\s$/.test(text) ? text + part : `${text}\n${part}`), "").trim()

const words = (content: Content): { readonly kind: MessageKind; readonly text: string } => {
  switch (content._tag) {
    case "Text":
      return { kind: "text", text: content.text }
    case "Photo":
      return { kind: "photo", text: content.caption }
    case "Sticker":
      return { kind: "sticker", text: "" }
    case "Voice":
      return { kind: "voice", text: "" }
    case "Unsupported":
      return { kind: "unsupported", text: "" }
  }
}

const asked = (row: Said, botName: Option.Option<string>): string => {
  const decoded = decodeMessage(row.account, row.body, row.receivedAt)
  if (Result.isFailure(decoded)) return ""
  const { chat, content, sender } = withoutMention(decoded.success, botName)
  return said({ chat, sender, message: words(content) })
}

/** Messages, and after the last one of each turn its answer. */
const talk = (
  rows: ReadonlyArray<Said>,
  answers: ReadonlyArray<Answered>,
  botName: Option.Option<string>
): ReadonlyArray<HistoryMessage> => {
  const turns = new Map(rows.map(({ seq, turn }) => [seq, turn]))
  const answerOf = (turn: string) =>
    joined(answers.filter(({ inboxSeq }) => turns.get(inboxSeq) === turn).map(({ payload }) => sent(payload)))
  return rows
    .flatMap((row, n): ReadonlyArray<HistoryMessage> => {
      const question: HistoryMessage = { role: "user", text: asked(row, botName) }
      return rows[n + 1]?.turn === row.turn ? [question] : [question, { role: "assistant", text: answerOf(row.turn) }]
    })
    .filter(({ text }) => text !== "")
}

const unreadable = (error: JournalError) => new AgentError({ reason: { _tag: "Unavailable", detail: error.message } })

/**
 * What was said in a turn's session, out of the journal: messages that were dealt with and the answers to them, as far as they
 * are committed. What surely never reached the person is left out.
 */
export const makeHistory = (store: SessionStore, botName: Option.Option<string>): (typeof History)["Service"] => ({
  recent: Effect.fn("History.recent")(function* (turn, { messages }) {
    const rows = yield* store.said(turn.session, messages)
    const answers = yield* store.answered(rows.map(({ seq }) => seq))
    return talk(rows, answers, botName).slice(-messages)
  }, Effect.mapError(unreadable))
})
