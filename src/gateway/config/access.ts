import * as Duration from "effect/Duration"
import { everyone } from "../../access/entries.ts"
import type { AccessPolicy, GroupPolicy } from "../../domain/Policy.ts"
import { allowFrom, dmPolicy, groupAllowFrom, groupPolicy, groups, language, requireMention } from "./recipe/account.ts"
import { maxPending, owners, pairing, replay, ttl } from "./recipe/pairing.ts"
import type { Report } from "./report.ts"
import { type Scope, find, get, has, inner } from "./scope.ts"

/** Who may talk to this account (`design.md` §6.1). `fallback` is `channels.defaults.groupPolicy`. */
export const accessPolicy = (account: Scope, fallback: GroupPolicy | undefined): AccessPolicy => {
  const codes = inner(account, pairing)
  return {
    dmPolicy: get(account, dmPolicy) ?? "pairing",
    allowFrom: get(account, allowFrom) ?? [],
    groupPolicy: get(account, groupPolicy) ?? fallback ?? "allowlist",
    groupAllowFrom: get(account, groupAllowFrom) ?? [],
    requireMention: get(inner(account, groups), requireMention) ?? false,
    language: get(account, language) ?? "vi",
    pairing: {
      ttl: get(codes, ttl) ?? Duration.hours(1),
      maxPending: get(codes, maxPending) ?? 100,
      owners: get(codes, owners) ?? [],
      replay: get(codes, replay) ?? false
    }
  }
}

/** What does not fit together, for an account that is to run. */
export const checkAccess = (account: Scope, access: AccessPolicy, report: Report): void => {
  const policy = find(account, dmPolicy)
  // A list that could not be read is told already; what it would have held is not guessed.
  if (policy === undefined || (has(account, allowFrom) && find(account, allowFrom) === undefined)) return
  if (policy.value === "open" && !access.allowFrom.includes(everyone)) {
    report.problem(
      policy.path,
      'is "open", but allowFrom does not hold "*", so nobody would be let in',
      'Add "*" to allowFrom, or set dmPolicy to "pairing" or "allowlist"'
    )
  } else if (policy.value === "open") {
    report.warn(policy.path, 'is "open": everyone on Zalo may talk to this bot', 'Use "pairing" unless that is meant')
  } else if (policy.value === "allowlist" && access.allowFrom.length === 0) {
    report.warn(
      policy.path,
      'is "allowlist", but allowFrom is empty, so every private message is dropped',
      'Add ids to allowFrom, or set dmPolicy to "pairing"'
    )
  }
}
