import { channelDefaults, sections, zalo } from "./recipe/file.ts"
import type { Group, JsonFragment, Member } from "./recipe/Key.ts"

const properties = (members: ReadonlyArray<Member>): JsonFragment =>
  Object.fromEntries(members.map((member) => [member.name, fragment(member)]))

const object = (group: Group, more: JsonFragment = {}, required: ReadonlyArray<string> = []): JsonFragment => ({
  type: "object",
  description: group.description,
  properties: {
    ...more,
    ...properties(group.members),
    // Taken, and without meaning here: an editor should not underline them.
    ...Object.fromEntries(Array.from(group.foreign, (name) => [name, { description: "OpenClaw's; no effect here." }]))
  },
  ...(required.length + group.required.length > 0 && { required: [...required, ...group.required] }),
  additionalProperties: false
})

const fragment = (member: Member): JsonFragment => {
  switch (member.node) {
    case "group":
      return object(member)
    case "named":
      return { type: "object", description: member.description, additionalProperties: object(member.of) }
    case "variants":
      return {
        description: member.description,
        anyOf: Object.entries(member.cases).map(([type, group]) => object(group, { type: { const: type } }, ["type"]))
      }
    case "key": {
      const more = member.fallback === undefined ? "" : ` Default: ${member.fallback}.`
      return { ...member.json(), description: `${member.description}${more}` }
    }
  }
}

/** The form of the file as JSON Schema, from the recipe that reads it: for editors, and for `config schema`. */
export const jsonSchema = (): JsonFragment => ({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "zalo-effect",
  type: "object",
  properties: {
    $schema: { type: "string" },
    channels: {
      type: "object",
      description: "The channels; only zalo is read.",
      properties: { zalo: object(zalo), defaults: { ...object(channelDefaults), additionalProperties: true } }
    },
    ...properties(sections)
  }
})
