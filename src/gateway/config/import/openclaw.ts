import { checkGroup } from "../check.ts"
import { groupPolicy } from "../recipe/account.ts"
import { dmScope, resetTriggers, trustedProxies } from "../recipe/file.ts"
import type { Member } from "../recipe/Key.ts"
import { secrets } from "../recipe/secrets.ts"
import { makeReport } from "../report.ts"
import { isObject } from "../scope.ts"
import { takeAgent } from "./agent.ts"
import { type ChannelInput, jsonOf, problemOf, takeChannel } from "./channel.ts"
import { makeNotes, type Notes, type Translation } from "./Notes.ts"

type Section = Readonly<Record<string, unknown>>

const sectionOf = (value: unknown): Section => (isObject(value) ? value : {})

const take = (notes: Notes, member: Member, value: unknown, path: ReadonlyArray<string>): void => {
  const json = jsonOf(value)
  const wrong = problemOf(member, value)
  if (json === undefined || wrong !== undefined) notes.leave(path.join("."), wrong ?? "it cannot be written as JSON")
  else notes.take(path, json)
}

/** Who the groups of `accessGroups` are on Zalo (`reference-behaviour.md` §2.3). */
const groupsOf = (file: Section): ChannelInput["groups"] =>
  new Map(
    Object.entries(sectionOf(file["accessGroups"])).flatMap(([name, group]) => {
      const members = sectionOf(sectionOf(group)["members"])
      const ids = [members["zalo"], members["*"]].flatMap((list) => (Array.isArray(list) ? list : []))
      return ids.length === 0 ? [] : [[name, ids.map((id) => String(id))]]
    })
  )

const takeChannels = (channels: Section, input: ChannelInput): void => {
  const { notes } = input
  const defaults = sectionOf(channels["defaults"])
  for (const [name, section] of Object.entries(channels)) {
    if (name === "zalo") takeChannel(sectionOf(section), input)
    else if (name !== "defaults") notes.leave(`channels.${name}`, "it is another channel")
  }
  for (const [name, value] of Object.entries(defaults)) {
    const path = ["channels", "defaults", name]
    if (name === groupPolicy.name) take(notes, groupPolicy, value, path)
    else notes.leave(path.join("."), "it means nothing to this channel")
  }
  const zalo = sectionOf(channels["zalo"])
  if (zalo[groupPolicy.name] === undefined && defaults[groupPolicy.name] === undefined) {
    notes.tell(
      "channels.zalo.groupPolicy",
      'it is not set: OpenClaw then answers everyone in a group, here only groupAllowFrom counts; set it to "open" to keep that'
    )
  }
}

const takeSession = (session: Section, notes: Notes): void => {
  for (const [name, value] of Object.entries(session)) {
    const member = [dmScope, resetTriggers].find((key) => key.name === name)
    if (member === undefined) notes.leave(`session.${name}`, "sessions have no such setting here")
    else take(notes, member, value, ["session", name])
  }
  if (session[dmScope.name] === undefined) {
    notes.tell(
      "session.dmScope",
      'it is not set: OpenClaw then keeps one session for everybody, here each sender has one; set it to "main" to keep that'
    )
  }
}

const takeSecrets = (section: Section, { notes, place }: ChannelInput): void => {
  for (const [part, entries] of Object.entries(section)) {
    if (part !== "providers" && part !== "defaults") {
      notes.leave(`secrets.${part}`, "it has no effect here")
      continue
    }
    for (const [name, value] of Object.entries(sectionOf(entries))) {
      const path = ["secrets", part, name]
      const report = makeReport({ file: null, lines: new Map() })
      checkGroup(secrets, { [part]: { [name]: value } }, ["secrets"], report)
      const [wrong] = report.problems()
      const json = jsonOf(value)
      if (wrong !== undefined || json === undefined) {
        notes.leave(
          path.join("."),
          wrong === undefined ? "it cannot be written as JSON" : `${wrong.key} ${wrong.message}`
        )
        continue
      }
      const file = isObject(value) ? value["path"] : undefined
      if (isObject(json) && typeof file === "string" && place(file) !== file) {
        const why = "its path was completed, because the file lies in another folder"
        notes.translate(path.join("."), path, { ...Object.fromEntries(Object.entries(json)), path: place(file) }, why)
      } else notes.take(path, json)
    }
  }
}

const takeGateway = (gateway: Section, notes: Notes): void => {
  for (const [name, value] of Object.entries(gateway)) {
    if (name === trustedProxies.name) take(notes, trustedProxies, value, ["gateway", name])
    else notes.leave(`gateway.${name}`, "it is about OpenClaw's own server")
  }
}

const takeMessages = (messages: Section, zalo: Section, notes: Notes): void => {
  for (const [name, value] of Object.entries(messages)) {
    if (name !== "responsePrefix" || typeof value !== "string") {
      notes.leave(`messages.${name}`, "there is no such setting here")
    } else if (zalo[name] === undefined) {
      notes.translate(`messages.${name}`, ["channels", "zalo", name], value, "it is a setting of the channel here")
    } else notes.leave(`messages.${name}`, "channels.zalo.responsePrefix wins over it")
  }
}

const handled = new Set(["channels", "session", "secrets", "gateway", "messages", "agents", "models", "accessGroups"])

const why = (name: string, value: unknown): string => {
  if (name === "env") {
    const names = Object.keys(sectionOf(sectionOf(value)["vars"] ?? value)).filter((one) =>
      /^[A-Z][A-Z0-9_]*$/.test(one)
    )
    return names.length === 0
      ? "variables are not set from the file here"
      : `variables are not set from the file here: set ${names.join(", ")} where zalo-effect runs`
  }
  if (name === "$include") return "files that are included are not read: import each of them"
  if (name === "bindings") return "every account has one agent here: channels.zalo.accounts.NAME.agent"
  if (name === "commands") return "a chat has no commands here; owners who approve are named in pairing.owners"
  return "it is none of this program's business"
}

/** Everything in an OpenClaw file, each thing with what became of it (`reference-behaviour.md` §1.3). */
export const translate = (value: unknown, place: (path: string) => string): Translation => {
  const notes = makeNotes()
  const file = sectionOf(value)
  const input: ChannelInput = { notes, groups: groupsOf(file), place }
  const channels = sectionOf(file["channels"])
  takeChannels(channels, input)
  takeSession(sectionOf(file["session"]), notes)
  takeSecrets(sectionOf(file["secrets"]), input)
  takeMessages(sectionOf(file["messages"]), sectionOf(channels["zalo"]), notes)
  takeAgent(file, notes)
  takeGateway(sectionOf(file["gateway"]), notes)
  for (const [name, section] of Object.entries(file)) {
    if (!handled.has(name)) notes.leave(name, why(name, section))
  }
  return notes.done()
}
