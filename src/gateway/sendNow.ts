import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { AccountSettings } from "../domain/Account.ts"
import type { AccountId, ChatId } from "../domain/ids.ts"
import type { OutboundPayload } from "../domain/Reply.ts"
import { AccountState } from "../journal/AccountState.ts"
import { Chats } from "../journal/chats/Chats.ts"
import { Journal } from "../journal/Journal.ts"
import { Outbox, type Outcome } from "../journal/Outbox.ts"
import { Accounts } from "../pipeline/Accounts.ts"
import { Sender } from "../pipeline/Sender.ts"
import { decodeReport } from "./AccountReport.ts"
import { Leases } from "./Leases.ts"

/** A message of the operator's did not arrive, or not all of it. */
export class SendFailed extends Schema.TaggedError<SendFailed>()("SendFailed", {
  reason: Schema.Literals(["refused", "unknown", "unauthorized", "queued"]),
  detail: Schema.String,
  /** Of the parts that did arrive. */
  messageIds: Schema.Array(Schema.String)
}) {
  override get message(): string {
    switch (this.reason) {
      case "refused":
        return `not delivered: ${this.detail}`
      case "unknown":
        return `whether it was delivered is not known: ${this.detail}`
      case "unauthorized":
        return "the token was refused: the message stays queued until it works"
      case "queued":
        return "not delivered yet: it stays queued and is sent by the gateway"
    }
  }
}

/** How long a command waits for its message. The gateway goes on trying after that. */
const patience = "2 minutes"
/** How often it is looked at. */
export const look = "50 millis"
/** Each so many looks, whether the gateway's account still runs is asked too. */
const askEvery = 10

/** Whether nothing more will happen to it by itself. */
export const isSettled = ({ state }: Outcome): boolean => state !== "queued" && state !== "sending"

/** Appends an operator's message to the outbox. Gives the ids of its rows. */
export const appendOwn = Effect.fnUntraced(function* (options: {
  readonly account: AccountId
  readonly chat: ChatId
  readonly payloads: ReadonlyArray<OutboundPayload>
  readonly group: string
  readonly answers?: boolean
}) {
  const journal = yield* Journal
  const outbox = yield* Outbox
  const chats = yield* Chats
  const { account, chat, group: turn } = options
  const now = yield* Clock.currentTimeMillis
  const behind = options.answers === true ? chats.answeredUnit({ account, chat }) : Effect.succeed(undefined)
  return yield* journal.write(
    Effect.flatMap(behind, (inboxSeq) =>
      outbox.appendUnit(
        options.payloads.map((payload) => ({ account, chat, origin: "cli", turn, inboxSeq, payload })),
        now
      )
    )
  )
})

/**
 * Appends to the outbox and waits until all of it is settled. Whoever holds the bot's lease sends: a running gateway, else
 * this process for as long as it waits.
 */
export const sendNow = Effect.fn("sendNow")(function* (options: {
  readonly account: AccountSettings
  readonly chat: ChatId
  readonly payloads: ReadonlyArray<OutboundPayload>
  /** Groups the rows: when one is refused, the rest is not sent. */
  readonly group: string
  /** Whether a person answers with it in the bot's stead: it joins the session's history, and nobody waits any more. */
  readonly answers?: boolean
}) {
  const outbox = yield* Outbox
  const leases = yield* Leases
  const sender = yield* Sender
  const states = yield* AccountState
  const accounts = yield* Accounts
  const key = { account: options.account.id, chat: options.chat }
  const ids = yield* appendOwn({ ...options, ...key })

  const settled = Effect.map(outbox.outcomes(ids), (outcomes) => (outcomes.every(isSettled) ? outcomes : undefined))

  /** The gateway has stopped this account: nothing is sent until somebody puts a token that works into the configuration. */
  const tokenRefused = Effect.map(states.status(key.account), (status) =>
    Option.exists(Option.flatMap(status, decodeReport), ({ stopped }) => stopped)
  )

  const unauthorized = Effect.gen(function* () {
    const sent = yield* outbox.outcomes(ids)
    return yield* new SendFailed({ reason: "unauthorized", detail: "", messageIds: idsOf(sent) })
  })

  const waitForGateway = Effect.gen(function* () {
    for (let looks = 1; ; looks++) {
      const outcomes = yield* settled
      if (outcomes !== undefined) return outcomes
      if (looks % askEvery === 0 && (yield* tokenRefused)) return yield* unauthorized
      yield* Effect.sleep(look)
    }
  })

  const sendHere = Effect.gen(function* () {
    yield* leases.take(options.account.botId)
    const account = yield* accounts.get(key.account)
    if (Option.isSome(account)) yield* sender.recover(account.value)
    for (;;) {
      const outcomes = yield* settled
      if (outcomes !== undefined) return outcomes
      if (yield* sender.step(key)) continue
      if (Option.isNone(account) || !(yield* account.value.maySend)) {
        return yield* unauthorized
      }
      yield* Effect.sleep(look)
    }
  }).pipe(Effect.scoped)

  const outcomes = yield* sendHere.pipe(
    Effect.catchTag("LeaseHeld", () => waitForGateway),
    Effect.timeoutOption(patience)
  )
  return yield* report(Option.isSome(outcomes) ? outcomes.value : yield* outbox.outcomes(ids))
})

const idsOf = (outcomes: ReadonlyArray<Outcome>): ReadonlyArray<string> =>
  outcomes.flatMap((row) => (row.messageId === null ? [] : [row.messageId]))

/** The ids of what was sent, or why not all of it was. */
export const report = Effect.fnUntraced(function* (outcomes: ReadonlyArray<Outcome>) {
  const messageIds = idsOf(outcomes)
  const bad = outcomes.find((row) => row.state !== "sent")
  if (bad === undefined) return messageIds
  const detail = bad.detail ?? bad.reason ?? bad.state
  const reason = bad.state === "unknown" ? "unknown" : isSettled(bad) ? "refused" : "queued"
  return yield* new SendFailed({ reason, detail, messageIds })
})
