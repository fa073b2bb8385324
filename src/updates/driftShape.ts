import { isRecord } from "./wire.ts"

/** A name that a programmer chose: letters, and few digits. Ids, phone numbers and words of people are none. */
const chosen = /^[A-Za-z_.]+(?:\d{1,3}[A-Za-z_.]+)?\d{0,3}$/
const longestName = 40

/** A name from Zalo as it may be shown: an object may be keyed by ids. */
export const safeName = (name: string): string =>
  name.length <= longestName && chosen.test(name) ? name : `key(${name.length})`

const mostKeys = 24
const deepest = 5
/** Characters of a sample. */
const longest = 1_000

const shape = (value: unknown, depth: number): unknown => {
  if (value === null) return "null"
  if (typeof value === "string") return `string(${value.length})`
  if (Array.isArray(value)) {
    if (depth === 0 || value.length === 0) return `array(${value.length})`
    return value.length === 1 ? [shape(value[0], depth - 1)] : [shape(value[0], depth - 1), `${value.length - 1} more`]
  }
  if (!isRecord(value)) return typeof value
  const keys = Object.keys(value)
  if (depth === 0) return `object(${keys.length})`
  const shown = keys.slice(0, mostKeys).map((key): [string, unknown] => [safeName(key), shape(value[key], depth - 1)])
  const more = keys.length - shown.length
  return Object.fromEntries(more === 0 ? shown : [...shown, ["…", `${more} more`]])
}

/**
 * The keys of a body and the kinds of its values, as JSON: `{"message":{"link":"string(34)"}}`. Nothing that anybody wrote,
 * no id and no address is in it.
 */
export const shapeOf = (value: unknown): string => {
  for (let depth = deepest; depth > 0; depth--) {
    const text = JSON.stringify(shape(value, depth))
    if (text.length <= longest) return text
  }
  return JSON.stringify(shape(value, 0))
}
