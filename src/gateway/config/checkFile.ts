import { checkGroup, checkMember } from "./check.ts"
import { nearest } from "./nearest.ts"
import { channelDefaults, sections, zalo } from "./recipe/file.ts"
import type { Report } from "./report.ts"
import { isObject } from "./scope.ts"

const ignored = (name: string, known: Iterable<string>) => {
  const meant = nearest(name, known)
  return meant === undefined
    ? "Take it out, or leave it: it does no harm"
    : `If "${meant}" was meant, correct it; otherwise leave it: it does no harm`
}

const checkChannels = (value: unknown, report: Report): void => {
  if (!isObject(value)) return report.problem(["channels"], "must be an object", "Write {zalo: {…}}")
  for (const [name, section] of Object.entries(value)) {
    const path = ["channels", name]
    if (section === undefined) continue
    if (name === zalo.name) checkGroup(zalo, section, path, report)
    // The other keys there are for other channels.
    else if (name === channelDefaults.name) checkDefaults(section, report)
    else report.warn(path, "is another channel and is ignored", ignored(name, [zalo.name]))
  }
}

const checkDefaults = (value: unknown, report: Report): void => {
  if (!isObject(value)) return
  const known = channelDefaults.members.filter((member) => member.name in value)
  for (const member of known) checkMember(member, value[member.name], ["channels", "defaults", member.name], report)
}

/** Every key of the file by itself: names, kinds, what is ignored. */
export const checkFile = (value: unknown, report: Report): void => {
  if (!isObject(value))
    return report.problem([], "the configuration must be an object", "Write {channels: {zalo: {…}}}")
  const members = new Map(sections.map((member) => [member.name, member]))
  for (const [name, section] of Object.entries(value)) {
    const member = members.get(name)
    if (section === undefined || name === "$schema") continue
    if (name === "channels") checkChannels(section, report)
    else if (member !== undefined) checkMember(member, section, [name], report)
    else
      report.warn(
        [name],
        "is not a section of this program and is ignored",
        ignored(name, ["channels", ...members.keys()])
      )
  }
}
