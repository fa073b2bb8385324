import { sections, zalo } from "./recipe/file.ts"
import type { Member } from "./recipe/Key.ts"

/** One row of the table of settings. */
export interface Row {
  readonly key: string
  /** As people read it; empty when there is none. */
  readonly fallback: string
  readonly description: string
  readonly effect: "full" | "none"
}

const rows = (member: Member, prefix: string): ReadonlyArray<Row> => {
  const key = `${prefix}${member.name}`
  switch (member.node) {
    case "key": {
      const { description, effect, fallback } = member
      return [{ key, fallback: fallback ?? "", description, effect: effect ?? "full" }]
    }
    case "group":
      return member.members.flatMap((inner) => rows(inner, `${key}.`))
    case "named":
      return [{ key: `${key}.NAME`, fallback: "", description: member.description, effect: "full" }]
    case "variants": {
      const seen = new Map<string, Row>([
        [`${key}.type`, { key: `${key}.type`, fallback: "echo", description: member.description, effect: "full" }]
      ])
      for (const row of Object.values(member.cases).flatMap((one) => one.members.flatMap((m) => rows(m, `${key}.`)))) {
        seen.set(row.key, row)
      }
      return Array.from(seen.values())
    }
  }
}

/** Every key of the file, for the documentation: the same recipe that reads it. */
export const settingsTable = (): ReadonlyArray<Row> => [
  ...rows(zalo, "channels."),
  ...sections.flatMap((one) => rows(one, ""))
]
