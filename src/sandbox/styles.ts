import { badRequest, type Json } from "./wire.ts"

/** One run of `text_styles` (`zalo-bot-api.md` §5.7): UTF-16 units, and the codes that hold there. */
export interface Style {
  readonly start: number
  readonly len: number
  readonly st: ReadonlyArray<string>
}

/** The whole list of the docs. What Zalo answers to any other code is not known: here it is refused, so that a slip shows. */
const codes = /^(?:[bius]|f_(?:13|15|18|20)|c_(?:050a19|15a85f|f7b503|f27806|db342e)|lst_[12]|ind_[1-5])$/

const isCodes = (value: unknown): value is ReadonlyArray<string> =>
  Array.isArray(value) && value.length > 0 && value.every((code) => typeof code === "string" && codes.test(code))

const readOne = (value: unknown, length: number): Style | undefined => {
  if (typeof value !== "object" || value === null) return undefined
  const { len, st, start }: { len?: unknown; st?: unknown; start?: unknown } = value
  if (!Number.isInteger(start) || !Number.isInteger(len) || !isCodes(st)) return undefined
  const from = Number(start)
  const count = Number(len)
  return from >= 0 && count >= 1 && from + count <= length ? { start: from, len: count, st } : undefined
}

/** A form's field holds JSON as a text. */
const listOf = (value: unknown): unknown => {
  if (typeof value !== "string") return value
  try {
    return JSON.parse(value)
  } catch {
    return undefined
  }
}

/** How a text is to be shown, or why not. */
export type Shown =
  | { readonly _tag: "Look"; readonly styles: ReadonlyArray<Style>; readonly parseMode: string | undefined }
  | { readonly _tag: "Refused"; readonly answer: Json }

const refused = (what: string): Shown => ({ _tag: "Refused", answer: badRequest(what) })

/** Reads `parse_mode` and `text_styles` of a text; the second means nothing beside the first. */
export const readLook = (params: Json, text: string, taken: boolean): Shown => {
  const { parse_mode: mode, text_styles: written } = params
  if (mode !== undefined && mode !== "") {
    if (mode !== "markdown" && mode !== "html") return refused("The parse_mode is invalid")
    return taken ? { _tag: "Look", styles: [], parseMode: mode } : refused("The parse_mode is not supported")
  }
  if (written === undefined || written === "") return { _tag: "Look", styles: [], parseMode: undefined }
  if (!taken) return refused("The text_styles is not supported")
  const list = listOf(written)
  if (!Array.isArray(list)) return refused("The text_styles is invalid")
  const styles: Array<Style> = []
  for (const one of list) {
    const style = readOne(one, text.length)
    if (style === undefined) return refused("The text_styles is invalid")
    styles.push(style)
  }
  return { _tag: "Look", styles, parseMode: undefined }
}
