import * as Option from "effect/Option"
import type { AccessPolicy } from "../domain/Policy.ts"
import type { InboxReason } from "../domain/reasons.ts"
import type { InboundMessage } from "../domain/Update.ts"
import { admits, admitsGroup, everyone, lists } from "./entries.ts"
import { beginsWithMention, wordsOf } from "./mention.ts"

/** What the store knows of a sender in one account. */
export interface SenderFacts {
  readonly granted: boolean
  readonly blocked: boolean
}

export const unknownSender: SenderFacts = { granted: false, blocked: false }

/** What let a message in. */
export type AllowRule = "owner" | "open" | "allowFrom" | "grant" | "groupAllowFrom" | "group-open"

export type Ruling =
  | { readonly _tag: "Allow"; readonly rule: AllowRule }
  /** A stranger whom this account's policy invites to ask. */
  | { readonly _tag: "NeedsPairing" }
  | { readonly _tag: "Drop"; readonly reason: InboxReason }

const allow = (rule: AllowRule): Ruling => ({ _tag: "Allow", rule })
const drop = (reason: InboxReason): Ruling => ({ _tag: "Drop", reason })

/** Whoever may let others in is let in. */
const isOwner = (policy: AccessPolicy, sender: string): boolean => lists(policy.pairing.owners, sender)

/** `reference-behaviour.md` §1.4: only `pairing` looks at what was granted. */
const direct = (policy: AccessPolicy, sender: string, facts: SenderFacts): Ruling => {
  const listed = admits(policy.allowFrom, sender)
  switch (policy.dmPolicy) {
    case "disabled":
      return drop("dm-disabled")
    case "open":
      if (policy.allowFrom.includes(everyone)) return allow("open")
      return listed ? allow("allowFrom") : drop("not-allowed")
    case "allowlist":
      return listed ? allow("allowFrom") : drop("not-allowed")
    case "pairing":
      if (listed) return allow("allowFrom")
      return facts.granted ? allow("grant") : { _tag: "NeedsPairing" }
  }
}

/**
 * `reference-behaviour.md` §1.6: grants never count here, and nobody is challenged in front of others. Where only some may
 * write, an owner may.
 */
const groupMember = (policy: AccessPolicy, chat: string, sender: string): Ruling => {
  switch (policy.groupPolicy) {
    case "disabled":
      return drop("group-disabled")
    case "open":
      return allow("group-open")
    case "allowlist": {
      if (isOwner(policy, sender)) return allow("owner")
      if (policy.groupAllowFrom.length === 0) {
        return admits(policy.allowFrom, sender) ? allow("allowFrom") : drop("group-not-allowed")
      }
      return admits(policy.groupAllowFrom, sender) || admitsGroup(policy.groupAllowFrom, chat)
        ? allow("groupAllowFrom")
        : drop("group-not-allowed")
    }
  }
}

/** Before the bot's name is known, an `@` at the start has to do: better than deaf. */
const mentions = (message: InboundMessage, botName: Option.Option<string>): boolean => {
  const words = wordsOf(message.content)
  return Option.match(botName, {
    onNone: () => words.trimStart().startsWith("@"),
    onSome: (name) => beginsWithMention(words, name)
  })
}

/** Who may talk: the whole of it, from data alone. */
export const rule = (
  policy: AccessPolicy,
  botName: Option.Option<string>,
  message: InboundMessage,
  facts: SenderFacts
): Ruling => {
  if (message.sender.isBot) return drop("bot")
  // Before the block list: nobody can lock the owners out.
  const inPrivate = message.chat.type === "PRIVATE"
  if (inPrivate && isOwner(policy, message.sender.id)) return allow("owner")
  if (facts.blocked) return drop("blocked")
  if (inPrivate) return direct(policy, message.sender.id, facts)
  const ruling = groupMember(policy, message.chat.id, message.sender.id)
  if (ruling._tag === "Allow" && policy.requireMention && !mentions(message, botName)) return drop("no-mention")
  return ruling
}
