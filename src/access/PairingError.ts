import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import { CodeEnd } from "./records.ts"

/** Nobody waits under this code, or nobody with this id is in the store. */
export class NotFound extends Schema.TaggedError<NotFound>()("NotFound", {
  what: Schema.Literals(["request", "grant", "block", "sender"]),
  /** The code or the sender's id that was asked for, normalised. */
  subject: Schema.String,
  account: Schema.optionalKey(Schema.String)
}) {}

/** The code was good once. Known for a day. */
export class Expired extends Schema.TaggedError<Expired>()("Expired", {
  code: Schema.String,
  account: Schema.String,
  senderId: Schema.String,
  expiredAt: Schema.DateTimeUtc
}) {}

/** Somebody has approved or declined it before. Known for a day. */
export class Used extends Schema.TaggedError<Used>()("Used", {
  code: Schema.String,
  account: Schema.String,
  senderId: Schema.String,
  ended: CodeEnd,
  endedAt: Schema.DateTimeUtc
}) {}

/** The sender is in the store of several accounts. */
export class Ambiguous extends Schema.TaggedError<Ambiguous>()("Ambiguous", {
  senderId: Schema.String,
  accounts: Schema.Array(Schema.String)
}) {}

/** Blank, or `*`: only the configuration may speak of everybody. */
export class BadSender extends Schema.TaggedError<BadSender>()("BadSender", { entry: Schema.String }) {}

/** The store cannot be read or written now; nothing was changed. */
export class Unavailable extends Schema.TaggedError<Unavailable>()("Unavailable", { detail: Schema.String }) {}

/** Why the desk could not do what it was asked. */
export const PairingReason = Schema.Union([NotFound, Expired, Used, Ambiguous, BadSender, Unavailable])
export type PairingReason = typeof PairingReason.Type

/** What the pairing desk could not do. Its message is meant for the operator. */
export class PairingError extends Schema.TaggedError<PairingError>()("PairingError", { reason: PairingReason }) {
  override get message(): string {
    return describe(this.reason)
  }
}

const subjects: Readonly<Record<NotFound["what"], (subject: string) => string>> = {
  request: (code) => `No waiting request has the code ${code}; "pairing list" shows those that wait`,
  grant: (sender) => `${sender} was neither approved nor waits for it`,
  block: (sender) => `${sender} is not blocked`,
  sender: (sender) => `Nobody with the id ${sender} is known here; name the account with --account`
}

const describe = (reason: PairingReason): string => {
  switch (reason._tag) {
    case "NotFound": {
      const where = reason.account === undefined ? "" : ` (account ${reason.account})`
      return `${subjects[reason.what](reason.subject)}${where}.`
    }
    case "Expired":
      return (
        `The code ${reason.code} of ${reason.senderId} (account ${reason.account}) expired at ` +
        `${DateTime.formatIso(reason.expiredAt)}. The next message of that person brings a new one.`
      )
    case "Used":
      return (
        `The code ${reason.code} of ${reason.senderId} (account ${reason.account}) was already used: ` +
        `${reason.ended} at ${DateTime.formatIso(reason.endedAt)}.`
      )
    case "Ambiguous":
      return `${reason.senderId} is known in several accounts (${reason.accounts.join(", ")}). Say which with --account.`
    case "BadSender":
      return `"${reason.entry}" is not a sender's id.`
    case "Unavailable":
      return `The pairing store cannot be used: ${reason.detail}`
  }
}
