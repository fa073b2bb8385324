import type { Look } from "./looks.ts"

/** The elements of HTML. A tag of another name (`Vec<String>`, `<your-name>`) is no tag but what somebody meant to say. */
const elements = new Set(
  `a abbr address article aside audio b bdi bdo big blockquote body br button canvas caption center cite code col colgroup dd del
  details dfn dialog div dl dt em fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe
  img input ins kbd label legend li link main map mark menu meta nav noscript object ol optgroup option output p param picture pre
  progress q rp rt ruby s samp script section select small source span strike strong style sub summary sup svg table tbody td
  template textarea tfoot th thead time title tr track tt u ul var video wbr`
    .split(/\s+/)
    .filter((name) => name !== "")
)

const looks: Readonly<Record<string, Look>> = {
  b: "b",
  strong: "b",
  i: "i",
  em: "i",
  u: "u",
  ins: "u",
  s: "s",
  del: "s",
  strike: "s"
}

/** Elements behind which a new line begins. */
const lines = new Set(
  "address article blockquote dd div dl dt figcaption h1 h2 h3 h4 h5 h6 hr li ol p pre section summary table tr ul".split(
    " "
  )
)

/** What a tag means to a text. */
export type Tag =
  | { readonly _tag: "Look"; readonly look: Look; readonly open: boolean }
  | { readonly _tag: "Break" }
  /** A new line, unless one has begun. */
  | { readonly _tag: "Line" }
  | { readonly _tag: "Link"; readonly open: boolean; readonly address: string }
  | { readonly _tag: "Nothing" }
  /** No tag. */
  | { readonly _tag: "Words" }

const address = (tag: string): string => {
  const [, , double, single, bare] = /\s(href|src)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i.exec(tag) ?? []
  return double ?? single ?? bare ?? ""
}

/** Reads one tag or comment as the parser found it. */
export const readTag = (tag: string): Tag => {
  if (/^<[!?]/.test(tag)) return { _tag: "Nothing" }
  const [, slash, written = ""] = /^<(\/?)([a-z][a-z\d-]*)/i.exec(tag) ?? []
  const name = written.toLowerCase()
  const open = slash === ""
  if (!elements.has(name)) return { _tag: "Words" }
  const look = looks[name]
  if (look !== undefined) return { _tag: "Look", look, open }
  if (name === "br") return { _tag: "Break" }
  if (name === "a") return { _tag: "Link", open, address: open ? address(tag) : "" }
  return lines.has(name) && (!open || name === "hr") ? { _tag: "Line" } : { _tag: "Nothing" }
}
