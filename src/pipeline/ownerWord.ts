import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { EndedRequest } from "../access/approvals.ts"
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
import type { Unit } from "../journal/sessionStore.ts"
import type { LaneSet } from "./Lanes.ts"
import type { Arrival, Station } from "./stations.ts"
import type { TurnWakes } from "./TurnWakes.ts"

/** The word of the arrival, if it is one of an owner in the own chat with the bot. */
const wordOf = ({ account, message }: Arrival): OwnerWord | undefined =>
  message.chat.type === "PRIVATE" &&
  message.content._tag === "Text" &&
  lists(account.settings.access.pairing.owners, message.sender.id)
    ? read(message.content.text)
    : undefined

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
 * end of the message commit together. A word without a code is about the only one who waits; while nobody waits it is an
 * ordinary message.
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

  /** SQL: the end of the owner's message, and what is said to the owner if anything. */
  const endUnit = (row: InboxRow, text: string | undefined, now: number): Unit =>
    Effect.andThen(
      text === undefined
        ? Effect.void
        : outbox.appendUnit(
            [
              {
                account: row.account,
                chat: row.chat,
                origin: "pairing",
                turn: null,
                inboxSeq: row.seq,
                payload: { _tag: "Text", text }
              }
            ],
            now
          ),
      inbox.endUnit(row, { state: "done", reason: "owner-word", now })
    )

  const answer = Effect.fnUntraced(function* (row: InboxRow, text: string | undefined, now: number) {
    yield* journal.write(endUnit(row, text, now))
    yield* sends.wake(row)
    return "ended" as const
  })

  const decide = Effect.fnUntraced(function* (arrival: Arrival, word: OwnerWord, code: string) {
    const { row } = arrival
    const { language } = arrival.account.settings
    const now = yield* Clock.currentTimeMillis
    const owner = `owner:${row.chat}`
    const waits = guesses.wait(`${row.account}/${row.chat}`, now)
    if (waits > 0) return yield* answer(row, undefined, now)
    const of = { code, account: row.account, by: owner, now }
    const units = {
      approve: () => pairing.approveUnit({ ...of, notify: true }),
      decline: () => pairing.declineUnit(of),
      block: () => pairing.blockUnit(of)
    }
    const decided = yield* Effect.result(
      journal.write(
        Effect.tap(units[word.decision](), (ended) => endUnit(row, done(ended, word.decision, language), now))
      )
    )
    if (Result.isSuccess(decided)) {
      const { request } = decided.success
      yield* Effect.logInfo(`an owner's word: ${word.decision} ${request.senderId}`)
      yield* sends.wake(row)
      yield* sends.wake(request)
      yield* turns.wake(request)
      return "ended" as const
    }
    const error = decided.failure
    if (error._tag === "JournalError") return yield* error
    const text = why(error, language)
    if (error.reason._tag === "NotFound" && guesses.wrong(`${row.account}/${row.chat}`, now)) {
      const minutes = Math.ceil(guesses.wait(`${row.account}/${row.chat}`, now) / 60_000)
      yield* Effect.logWarning(`${owner} gave too many wrong codes: none are taken for ${minutes} minutes`)
      return yield* answer(row, ownerTexts(language).tooManyGuesses(minutes), now)
    }
    return yield* answer(row, text, now)
  })

  return Effect.fnUntraced(function* (arrival) {
    const word = wordOf(arrival)
    if (word === undefined) return undefined
    if (word.code !== undefined) return yield* decide(arrival, word, word.code)
    const { row } = arrival
    const now = yield* Clock.currentTimeMillis
    const [only, ...others] = yield* pairing.requests(row.account, now)
    if (only === undefined) return undefined
    if (others.length === 0) return yield* decide(arrival, word, only.code)
    const named = [only, ...others].slice(0, requestsInNotice).map((request) => waitingOf(request, now))
    const { which } = ownerTexts(arrival.account.settings.language)
    return yield* answer(row, which(named, others.length + 1 - named.length), now)
  })
}
