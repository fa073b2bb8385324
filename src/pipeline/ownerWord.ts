import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { ByCode, EndedRequest } from "../access/approvals.ts"
import { lists } from "../access/entries.ts"
import { makeGuesses } from "../access/guesses.ts"
import { requestsInNotice, waitingOf } from "../access/owners.ts"
import { ownerWord as read, type OwnerWord } from "../access/ownerWords.ts"
import type { PairingError } from "../access/PairingError.ts"
import type { PairingRepo } from "../access/PairingRepo.ts"
import { ownerTexts } from "../domain/ownerTexts.ts"
import type { Language } from "../domain/Policy.ts"
import type { Inbox } from "../journal/Inbox.ts"
import type { InboxRow } from "../journal/InboxRow.ts"
import type { Journal } from "../journal/Journal.ts"
import type { Outbox } from "../journal/Outbox.ts"
import type { LaneSet } from "./Lanes.ts"
import type { Arrival, Station } from "./stations.ts"
import type { TurnWakes } from "./TurnWakes.ts"

/** The word of the arrival, if it is one of an owner in the own chat with the bot. */
export const wordOf = ({ account, message }: Arrival): OwnerWord | undefined =>
  message.chat.type === "PRIVATE" &&
  message.content._tag === "Text" &&
  lists(account.settings.access.pairing.owners, message.sender.id)
    ? read(message.content.text)
    : undefined

/** Who gives a code, for the limit on wrong ones. */
const ownerOf = ({ account, chat }: InboxRow): string => `${account}/${chat}`

const done = ({ request, replayed }: EndedRequest, decision: OwnerWord["decision"], language: Language): string => {
  const { approved, blocked, declined } = ownerTexts(language)
  switch (decision) {
    case "approve":
      return approved(request, replayed)
    case "decline":
      return declined(request)
    case "block":
      return blocked(request)
  }
}

/** Undefined: not a matter of the code. */
const why = (error: PairingError, language: Language): string | undefined => {
  const { expiredCode, unknownCode, usedCode } = ownerTexts(language)
  const { reason } = error
  switch (reason._tag) {
    case "NotFound":
      return unknownCode(reason.subject)
    case "Expired":
      return expiredCode(reason.code, reason.senderId)
    case "Used":
      return reason.ended === "expired"
        ? expiredCode(reason.code, reason.senderId)
        : usedCode(reason.code, reason.senderId, reason.ended)
    default:
      return undefined
  }
}

/**
 * An owner's word about somebody who asked to be let in (`pairing.owners`): what it decides, the answer to the owner and the
 * end of the message commit together. A word without a code is about the only one who waits, if the owner knows of that one; while
 * nobody waits it is an ordinary message.
 */
export const ownerWord = (options: {
  readonly journal: Journal["Service"]
  readonly inbox: Inbox["Service"]
  readonly outbox: Outbox["Service"]
  readonly pairing: PairingRepo["Service"]
  readonly sends: LaneSet
  readonly turns: TurnWakes["Service"]
}): Station => {
  const { inbox, journal, outbox, pairing, sends, turns } = options
  const guesses = makeGuesses()

  /** What is said to the owner. */
  const reply = ({ account, chat, seq }: InboxRow, text: string | undefined, now: number) =>
    text === undefined
      ? Effect.void
      : outbox.appendUnit(
          [{ account, chat, origin: "pairing", turn: null, inboxSeq: seq, payload: { _tag: "Text", text } }],
          now
        )

  /** SQL: ends the owner's message, and does what it says unless an operator has dropped it meanwhile. */
  const endUnit = Effect.fnUntraced(function* <A, E>(row: InboxRow, what: Effect.Effect<A, E>, now: number) {
    const ended = yield* inbox.endUnit(row, { state: "done", reason: "owner-word", now })
    return ended ? yield* what : undefined
  })

  const answer = Effect.fnUntraced(function* (
    row: InboxRow,
    text: string | undefined,
    now: number,
    also: ReturnType<PairingRepo["Service"]["markToldUnit"]> = Effect.void
  ) {
    yield* journal.write(endUnit(row, Effect.andThen(reply(row, text, now), also), now))
    yield* sends.wake(row)
    return "ended" as const
  })

  /** SQL: what the word decides. */
  const decision = (word: OwnerWord["decision"], of: ByCode) => {
    switch (word) {
      case "approve":
        return pairing.approveUnit({ ...of, notify: true })
      case "decline":
        return pairing.declineUnit(of)
      case "block":
        return pairing.blockUnit(of)
    }
  }

  const refuse = Effect.fnUntraced(function* ({ account, row }: Arrival, error: PairingError, now: number) {
    const { language } = account.settings
    const owner = ownerOf(row)
    if (error.reason._tag !== "NotFound" || !guesses.wrong(owner, now)) {
      return yield* answer(row, why(error, language), now)
    }
    const minutes = Math.ceil(guesses.wait(owner, now) / 60_000)
    yield* Effect.logWarning(`the owner ${row.chat} gave too many wrong codes: none are taken for ${minutes} minutes`)
    return yield* answer(row, ownerTexts(language).tooManyGuesses(minutes), now)
  })

  const decide = Effect.fnUntraced(function* (arrival: Arrival, word: OwnerWord["decision"], code: string) {
    const { account, row } = arrival
    const now = yield* Clock.currentTimeMillis
    // They were told so.
    if (guesses.wait(ownerOf(row), now) > 0) return yield* answer(row, undefined, now)
    const decided = Effect.tap(decision(word, { code, account: row.account, by: `owner:${row.chat}`, now }), (ended) =>
      reply(row, done(ended, word, account.settings.language), now)
    )
    const outcome = yield* Effect.result(journal.write(endUnit(row, decided, now)))
    if (Result.isFailure(outcome)) {
      const error = outcome.failure
      return error._tag === "JournalError" ? yield* error : yield* refuse(arrival, error, now)
    }
    if (outcome.success === undefined) return "ended" as const
    const { request } = outcome.success
    yield* Effect.logInfo(`the owner ${row.chat} decided about ${request.senderId}: ${word}`)
    yield* sends.wake(row)
    yield* sends.wake(request)
    yield* turns.wake(request)
    return "ended" as const
  })

  return Effect.fnUntraced(function* (arrival) {
    const word = wordOf(arrival)
    if (word === undefined) return undefined
    if (word.code !== undefined) return yield* decide(arrival, word.decision, word.code)
    const { row } = arrival
    const now = yield* Clock.currentTimeMillis
    const waiting = yield* pairing.held(row.account, now)
    const [first] = waiting
    if (first === undefined) return undefined
    // Of somebody whom the owner was not told of yet the word cannot be.
    if (waiting.length === 1 && first.ownersTold === 1) return yield* decide(arrival, word.decision, first.code)
    const named = waiting.slice(0, requestsInNotice)
    const text = ownerTexts(arrival.account.settings.language).which(
      named.map((request) => waitingOf(request, now)),
      waiting.length - named.length
    )
    return yield* answer(row, text, now, pairing.markToldUnit(row.account, named))
  })
}
