import * as Result from "effect/Result"
import { nearest } from "./nearest.ts"
import { type KeyPath, keyText } from "./path.ts"
import type { Group, Key, Member, Variants } from "./recipe/Key.ts"
import type { Report } from "./report.ts"
import { isObject } from "./scope.ts"

const checkKey = (key: Key<unknown>, value: unknown, path: KeyPath, report: Report): void => {
  const decoded = key.decode(value)
  if (Result.isFailure(decoded)) {
    for (const issue of decoded.failure) report.problem([...path, ...issue.at], issue.message, issue.remedy)
  } else if (key.effect !== undefined) {
    report.warnOnce(`effect ${key.name}`, path, "has no effect here", "Take it out, or leave it: it does no harm")
  }
}

const checkVariants = (variants: Variants, value: unknown, path: KeyPath, report: Report): void => {
  const types = Object.keys(variants.cases)
  const allowed = types.map((type) => `"${type}"`).join(", ")
  if (!isObject(value)) return report.problem(path, "must be an object", `For example {type: "${types[0]}"}`)
  const { type, ...rest } = value
  const found = typeof type === "string" && Object.hasOwn(variants.cases, type) ? variants.cases[type] : undefined
  if (found === undefined) {
    const meant = typeof type === "string" ? nearest(type, types) : undefined
    return report.problem(
      [...path, "type"],
      `must be one of ${allowed}`,
      meant === undefined ? "Use one of the allowed values" : `Did you mean "${meant}"?`
    )
  }
  checkGroup(found, rest, path, report)
}

/** One member of a section, whatever its form. */
export const checkMember = (member: Member, value: unknown, path: KeyPath, report: Report): void => {
  switch (member.node) {
    case "key":
      return checkKey(member, value, path, report)
    case "group":
      return checkGroup(member, value, path, report)
    case "variants":
      return checkVariants(member, value, path, report)
    case "named": {
      if (!isObject(value)) return report.problem(path, "must be an object", "Write {NAME: {…}}")
      for (const [name, inner] of Object.entries(value)) checkGroup(member.of, inner, [...path, name], report)
    }
  }
}

/** Everything that is wrong with one section by itself: its keys, their names and their kinds. */
export const checkGroup = (group: Group, value: unknown, path: KeyPath, report: Report): void => {
  if (!isObject(value)) return report.problem(path, "must be an object", "Write {…}")
  const members = new Map(group.members.map((member) => [member.name, member]))
  for (const [name, inner] of Object.entries(value)) {
    if (inner === undefined) continue
    const at = [...path, name]
    const member = members.get(name)
    if (member !== undefined) {
      checkMember(member, inner, at, report)
    } else if (group.foreign.has(name)) {
      report.warnOnce(
        keyText(at),
        at,
        "is a setting of OpenClaw's and has no effect here",
        "Take it out, or leave it: it does no harm"
      )
    } else {
      const meant = nearest(name, members.keys())
      report.problem(
        at,
        "is not a known key",
        meant === undefined ? `Take it out; \`config schema\` lists the keys` : `Did you mean "${meant}"?`
      )
    }
  }
  for (const name of group.required) {
    if (value[name] === undefined) report.problem([...path, name], "is missing", "Write it")
  }
}
