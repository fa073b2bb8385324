import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { everyone, normalizeEntry } from "../../../access/entries.ts"
import { checkMember } from "../check.ts"
import { unset } from "../edit/apply.ts"
import * as recipe from "../recipe/account.ts"
import { accounts, defaultAccount } from "../recipe/file.ts"
import type { Member } from "../recipe/Key.ts"
import { secret } from "../recipe/secret.ts"
import { makeReport } from "../report.ts"
import { isObject } from "../scope.ts"
import { secretProblem } from "../transport.ts"
import type { Notes } from "./Notes.ts"

export interface ChannelInput {
  readonly notes: Notes
  /** `accessGroups` of the file: the ids of each group's members on Zalo. */
  readonly groups: ReadonlyMap<string, ReadonlyArray<string>>
  /** A path of that file, as it must be written to mean the same from another folder. */
  readonly place: (path: string) => string
}

const decodeJson = Schema.decodeUnknownResult(Schema.Json)

/** A value that can be written; undefined for what only JSON5 has, such as NaN. */
export const jsonOf = (value: unknown): Schema.Json | undefined => Result.getOrUndefined(decodeJson(value))

/** What is wrong with a value here, by itself. */
export const problemOf = (member: Member, value: unknown): string | undefined => {
  const report = makeReport({ file: null, lines: new Map() })
  checkMember(member, value, [], report)
  const [first] = report.problems()
  return first === undefined ? undefined : `${first.key === "" ? "it" : `its ${first.key}`} ${first.message}`
}

/** The other program puts variables into every text; here only a secret may be one. */
const holdsVariable = (value: unknown): boolean =>
  typeof value === "string" ? /\$\{[A-Z_]/.test(value) : JSON.stringify(value)?.includes("${") === true

const secretKeys = new Set([recipe.botToken.name, recipe.webhookSecret.name])
const listKeys = new Set([recipe.allowFrom.name, recipe.groupAllowFrom.name])
const members = new Map<string, Member>(recipe.accountMembers.map((member) => [member.name, member]))

/** Ids as texts, groups as their members; why it is another list than before, if it is. */
const idsOf = (
  entries: ReadonlyArray<unknown>,
  groups: ChannelInput["groups"]
): { readonly ids: ReadonlyArray<string>; readonly why: ReadonlyArray<string> } => {
  const why = new Set<string>()
  const ids = entries.flatMap((entry): ReadonlyArray<string> => {
    if (typeof entry === "number") {
      if (Number.isSafeInteger(entry)) {
        why.add("numbers became texts: ids are opaque here")
        return [String(entry)]
      }
      why.add("an id beyond 2^53 was left out: as a number it has lost its last digits")
      return []
    }
    if (typeof entry !== "string") return []
    const group = /^\s*accessgroup:(.*)$/i.exec(entry)?.[1]?.trim()
    if (group === undefined) return [entry]
    const known = groups.get(group)
    why.add(
      known === undefined
        ? `the access group "${group}" was left out: it has no members on Zalo there`
        : `the access group "${group}" became its members`
    )
    return known ?? []
  })
  return { ids: [...new Set(ids)], why: [...why] }
}

const takeList = (value: unknown, path: ReadonlyArray<string>, { groups, notes }: ChannelInput): void => {
  if (!Array.isArray(value)) return notes.leave(path.join("."), "it is not a list")
  const { ids, why } = idsOf(value, groups)
  if (why.length === 0) notes.take(path, ids)
  else notes.translate(path.join("."), path, ids, why.join("; "))
}

/** Why a secret cannot be had here as it is written. */
const secretTrouble = (name: string, value: unknown): string | undefined => {
  const decoded = secret.decode(value)
  if (Result.isFailure(decoded)) return "it is neither a text nor a reference to a secret that is known here"
  if (decoded.success._tag === "Unsupported") {
    return "it lies in OpenClaw's own store: give it again with setup, as a variable or a file"
  }
  if (name !== recipe.webhookSecret.name || decoded.success._tag !== "Value") return undefined
  const weak = secretProblem(Redacted.value(decoded.success.value))
  return weak === undefined ? undefined : `it ${weak[0]}: give another one with setup`
}

const takeSecret = (name: string, value: unknown, path: ReadonlyArray<string>, { notes }: ChannelInput): void => {
  const trouble = secretTrouble(name, value)
  const json = jsonOf(value)
  if (trouble !== undefined || json === undefined)
    notes.leave(path.join("."), trouble ?? "it cannot be written as JSON")
  else notes.take(path, json)
}

/** Policies that say open and let nobody but the list in. */
const takePolicy = (
  section: Readonly<Record<string, unknown>>,
  inherited: Readonly<Record<string, unknown>>,
  path: ReadonlyArray<string>,
  { notes }: ChannelInput
): boolean => {
  const list = section[recipe.allowFrom.name] ?? inherited[recipe.allowFrom.name]
  const open = Array.isArray(list) && list.some((entry) => normalizeEntry(String(entry)) === everyone)
  if (section[recipe.dmPolicy.name] !== "open" || open) return false
  notes.translate(
    path.join("."),
    path,
    "allowlist",
    'it was "open" without "*" in allowFrom, which lets only the listed in: here that is called allowlist'
  )
  return true
}

/** Why an account's webhook cannot be carried over as a whole. */
const webhookTrouble = (
  section: Readonly<Record<string, unknown>>,
  inherited: Readonly<Record<string, unknown>>
): string | undefined => {
  const [url, hidden] = [recipe.webhookUrl.name, recipe.webhookSecret.name]
  const address = section[url]
  if (address === undefined || address === "") return undefined
  if (holdsVariable(address)) return "it holds a variable, which here only secrets may"
  const wrong = problemOf(recipe.webhookUrl, address)
  if (wrong !== undefined) return wrong
  const kept = section[hidden] ?? inherited[hidden]
  if (kept === undefined) return "it has no webhookSecret, and Zalo takes no webhook without one"
  return secretTrouble(hidden, kept) === undefined ? undefined : "its webhookSecret cannot be taken"
}

const takeKey = (name: string, value: unknown, path: ReadonlyArray<string>, input: ChannelInput): void => {
  const { notes, place } = input
  const key = path.join(".")
  const member = members.get(name)
  if (member === undefined) return notes.leave(key, "there is no such setting here")
  if (secretKeys.has(name)) return takeSecret(name, value, path, input)
  if (holdsVariable(value)) return notes.leave(key, "it holds a variable, which here only secrets may")
  if (listKeys.has(name)) return takeList(value, path, input)
  if (member.node === "key" && member.effect !== undefined) return notes.leave(key, "it has no effect here")
  const wrong = problemOf(member, value)
  const json = jsonOf(value)
  if (wrong !== undefined || json === undefined) return notes.leave(key, `${wrong ?? "it cannot be written as JSON"}`)
  if (name === recipe.tokenFile.name && typeof value === "string" && place(value) !== value) {
    return notes.translate(key, path, place(value), "its path was completed, because the file lies in another folder")
  }
  notes.take(path, json)
}

/** The keys of one account, or those at the top that all inherit. */
export const takeAccount = (
  section: Readonly<Record<string, unknown>>,
  inherited: Readonly<Record<string, unknown>>,
  at: ReadonlyArray<string>,
  input: ChannelInput
): void => {
  const { notes } = input
  const noWebhook = webhookTrouble(section, inherited)
  for (const [name, value] of Object.entries(section)) {
    const path = [...at, name]
    if (name === accounts.name || name === defaultAccount.name || value === undefined) continue
    if (name === recipe.dmPolicy.name && takePolicy(section, inherited, path, input)) continue
    if (noWebhook !== undefined && name === recipe.webhookUrl.name) {
      notes.leave(path.join("."), `${noWebhook}: set it with setup --webhook-url, until then the bot polls`)
    } else if (noWebhook !== undefined && name === recipe.webhookPath.name) {
      notes.leave(path.join("."), "its webhookUrl was left")
    } else takeKey(name, value, path, input)
  }
  // One source of a token, as `setup` leaves it.
  const [token, file] = [recipe.botToken.name, recipe.tokenFile.name]
  if (section[token] !== undefined && section[file] === undefined) notes.edit(unset([...at, file]))
  if (section[file] !== undefined && section[token] === undefined) notes.edit(unset([...at, token]))
}

/** `channels.zalo` of the other file. */
export const takeChannel = (zalo: Readonly<Record<string, unknown>>, input: ChannelInput): void => {
  const at = ["channels", "zalo"]
  takeAccount(zalo, {}, at, input)
  const named = zalo[defaultAccount.name]
  if (typeof named === "string") input.notes.take([...at, defaultAccount.name], named)
  const sections = zalo[accounts.name]
  for (const [name, section] of isObject(sections) ? Object.entries(sections) : []) {
    if (isObject(section)) takeAccount(section, zalo, [...at, accounts.name, name], input)
    else input.notes.leave([...at, accounts.name, name].join("."), "it is no section")
  }
}
