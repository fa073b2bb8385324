import * as Digest from "effect/crypto/Digest"
import * as Effect from "effect/Effect"
import type { ChatId } from "../domain/ids.ts"
import { Inbox } from "../journal/Inbox.ts"
import type { Admission } from "../journal/InboxRow.ts"
import { countAdmitted, countDead, countDuplicate, countIgnored } from "../journal/counts.ts"
import type { JournalError } from "../journal/Journal.ts"
import { MessageTraces } from "../journal/MessageTraces.ts"
import { classify, keyOfBody, noChat, type Received } from "./classify.ts"
import { noteDrift } from "./drift.ts"
import { unwrap } from "./unwrap.ts"

/** Told after the commit that a chat has something new. It sets a flag and returns: no transport waits for a turn. */
export type OnAdmitted = (chat: ChatId) => Effect.Effect<void>

/**
 * The one way into the inbox. It answers after the commit, and whether the update was new. It cannot be interrupted in
 * between: a row that is committed is always told of.
 */
export interface Admitting {
  admit(received: Received, onAdmitted: OnAdmitted): Effect.Effect<boolean, JournalError>
  /** Journals an update as undecodable, without a look at what is in it. */
  admitDead(received: Received): Effect.Effect<boolean, JournalError>
}

const tell = (row: Admission, onAdmitted: OnAdmitted): Effect.Effect<void> => {
  if (row.state === "pending") return onAdmitted(row.chat)
  if (row.state === "dead") {
    return Effect.logWarning(`message ${row.messageId} could not be decoded: it is kept as dead (${row.reason})`)
  }
  return Effect.logDebug(`update ${row.messageId} is kept as ignored (${row.reason})`)
}

/** What is known of an admission apart from its row: counters, and the root of the message's trace. */
const noted = (row: Admission, fresh: boolean): Effect.Effect<void> => {
  const { account, reason, source, state } = row
  if (!fresh) return countDuplicate({ account, source })
  const received = Effect.flatMap(MessageTraces, (traces) =>
    traces.received({ ...row, facts: { source, outcome: state, reason } })
  )
  const counted = Effect.andThen(countAdmitted({ account, source }), received)
  if (reason === null) return counted
  return Effect.andThen(counted, (state === "dead" ? countDead : countIgnored)({ account, reason }))
}

export const makeAdmit: Effect.Effect<Admitting, never, Inbox | Digest.Digest> = Effect.gen(function* () {
  const inbox = yield* Inbox
  const digest = yield* Digest.Digest
  const hashing = Effect.provideService(Digest.Digest, digest)

  return {
    admit: (received, onAdmitted) => {
      const raw = unwrap(received.parsed)
      return Effect.uninterruptible(
        Effect.flatMap(hashing(classify(received, raw)), (row) =>
          Effect.flatMap(inbox.admit(row), (fresh) => {
            if (!fresh) return Effect.as(noted(row, false), false)
            const told = Effect.catchCause(
              Effect.suspend(() => tell(row, onAdmitted)),
              (cause) => Effect.logError("a new message could not be announced: its chat is looked at later", cause)
            )
            return noted(row, true).pipe(
              Effect.andThen(told),
              Effect.andThen(noteDrift(received.account, raw)),
              Effect.as(true)
            )
          })
        )
      )
    },

    admitDead: ({ account, source, body, receivedAt }) =>
      Effect.uninterruptible(
        Effect.flatMap(hashing(keyOfBody(body)), (messageId) => {
          const row: Admission = {
            account,
            source,
            body,
            receivedAt,
            messageId,
            chat: noChat,
            state: "dead",
            reason: "undecodable"
          }
          return Effect.tap(inbox.admit(row), (fresh) => noted(row, fresh))
        })
      )
  }
})
