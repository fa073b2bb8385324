/** What models think aloud, and what they say to their tools: the tags go with all that is between them. */
const hidden =
  "think|thinking|thought|reasoning|reflection|tool_call|tool_calls|tool_result|tool_response|function_calls"

/** Tags around the answer itself: only they go. */
const wrapping = "final|answer"

/** A report of a tool that failed, as OpenClaw's agents leave it in their answers (`reference-behaviour.md` §1.11). */
const trace = "\\u26a0\\ufe0f?[ \\t]*\\u{1f6e0}\\ufe0f?[^\\n]*\\bfailed\\b[^\\n]*(?:\\n|$)"

const anything = new RegExp(`</?(?:${hidden}|${wrapping})\\b|<\\||\\u26a0`, "iu")

/** What matters to the filter, in the order in which it must be tried at one place. */
const event = new RegExp(
  [
    "(?<fence>(?<=^|\\n) {0,3}(?:`{3,}|~{3,}))",
    "(?<ticks>`+)",
    `(?<=^|\\n)[ \\t]*(?<trace>${trace})`,
    `<(?<open>${hidden})\\b[^<>\\n]*>`,
    `(?<orphan>(?<=^|\\n)[ \\t]*</(?:${hidden})[ \\t]*>)`,
    `(?<wrap></?(?:${wrapping})>)`,
    "(?<token><\\|[a-z_]{1,32}\\|>)"
  ].join("|"),
  "giu"
)

/** Where a run of exactly so many backticks comes next: each search goes on where the one before it ended. */
const runsOf = (text: string) => {
  const runs = new Map<number, Array<number>>()
  for (const { 0: run, index } of text.matchAll(/`+/g)) {
    const same = runs.get(run.length)
    if (same === undefined) runs.set(run.length, [index])
    else same.push(index)
  }
  const done = new Map<number, number>()
  return (length: number, from: number): number | undefined => {
    const places = runs.get(length) ?? []
    let at = done.get(length) ?? 0
    while ((places[at] ?? from) < from) at += 1
    done.set(length, at)
    return places[at]
  }
}

const ends = (text: string) => {
  const found = new Map<string, RegExp | undefined>()
  /** Behind the next end of this tag. One that has none is not looked for again. */
  return (name: string, from: number): number | undefined => {
    const key = name.toLowerCase()
    const search = found.has(key) ? found.get(key) : new RegExp(`</${key}[ \\t]*>`, "gi")
    found.set(key, search)
    if (search === undefined) return undefined
    search.lastIndex = from
    if (search.exec(text) !== null) return search.lastIndex
    found.set(key, undefined)
    return undefined
  }
}

const atLineStart = (text: string, at: number): boolean => /(?:^|\n)[ \t]*$/.test(text.slice(Math.max(0, at - 16), at))

const restOfLine = /[^\n]*/y

/** Behind the code block that this marker opens, if it opens one: a line with more backticks in it does not. */
const blockEnd = (text: string, marker: string, behind: number): number | undefined => {
  restOfLine.lastIndex = behind
  if (marker.startsWith("`") && restOfLine.exec(text)?.[0].includes("`") === true) return undefined
  const close = new RegExp(`\\n {0,3}${marker}${marker.charAt(0)}*[ \\t]*(?=\\r?\\n|$)`, "g")
  close.lastIndex = behind
  return close.exec(text) === null ? text.length : close.lastIndex
}

/**
 * Takes out of a model's answer what people should not see. Code, in blocks and in lines, is left as it is.
 *
 * - `<think>…</think>`, and the same of `thinking`, `thought`, `reasoning`, `reflection`, `tool_call`, `tool_calls`, `tool_result`,
 *   `tool_response`, `function_calls`. One that begins a line and never ends goes to the end; an end that begins a line and has no
 *   beginning takes everything before it
 * - the tags `<final>` and `<answer>`, but not what is between them
 * - control tokens such as `<|im_end|>`
 * - lines that begin with ⚠️ 🛠️ and say `failed`
 */
export const withoutArtifacts = (text: string): string => {
  if (!anything.test(text)) return text
  const nextRun = runsOf(text)
  const endOf = ends(text)
  const kept: Array<string> = []
  let from = 0
  event.lastIndex = 0
  const skip = (start: number, end: number) => {
    kept.push(text.slice(from, start))
    from = end
    event.lastIndex = end
  }
  for (let found = event.exec(text); found !== null; found = event.exec(text)) {
    const { index } = found
    const behind = event.lastIndex
    const { fence, open, orphan, ticks } = found.groups ?? {}
    if (fence !== undefined || ticks !== undefined) {
      const marker = (fence ?? ticks ?? "").trimStart()
      const block = fence === undefined ? undefined : blockEnd(text, marker, behind)
      const close = block === undefined ? nextRun(marker.length, behind) : undefined
      if (block !== undefined) event.lastIndex = block
      else if (close !== undefined && !/\n[ \t]*\n/.test(text.slice(behind, close))) {
        event.lastIndex = close + marker.length
      }
    } else if (open !== undefined) {
      const end = endOf(open, index)
      if (end !== undefined) skip(index, end)
      else if (atLineStart(text, index)) skip(index, text.length)
    } else if (orphan !== undefined) {
      kept.length = 0
      from = behind
    } else skip(index, behind)
  }
  kept.push(text.slice(from))
  const cleaned = kept.join("")
  return cleaned === text ? text : cleaned.replace(/^(?:[ \t]*\r?\n)+/, "")
}
