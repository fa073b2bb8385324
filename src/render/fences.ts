/**
 * A fenced code block as CommonMark reads it: three or more backticks or tildes, indented by up to three spaces. Places are
 * offsets into the text.
 */
export interface Fence {
  readonly indent: string
  readonly marker: string
  /** What follows the marker on the opening line, such as the language. */
  readonly info: string
  /** Where the opening line begins. */
  readonly start: number
  /** Where the first line of code begins. */
  readonly bodyStart: number
  /** Where the closing line begins; the end of the text if there is none. */
  readonly closeStart: number
  /** Behind the closing line. */
  readonly end: number
}

const anyFence = /`{3}|~{3}/
const opening = /^( {0,3})(?:(`{3,})([^`]*)|(~{3,})(.*))$/s
const closing = /^ {0,3}(`{3,}|~{3,})[ \t]*$/
const line = /[^\r\n]*(?:\r\n|\r|\n|$)/y

const open = (content: string, start: number, bodyStart: number, length: number): Fence | undefined => {
  const found = opening.exec(content)
  if (found === null) return undefined
  const [, indent = "", backticks, backtickInfo = "", tildes = "", tildeInfo = ""] = found
  return {
    indent,
    marker: backticks ?? tildes,
    info: (backticks === undefined ? tildeInfo : backtickInfo).trimEnd(),
    start,
    bodyStart,
    closeStart: length,
    end: length
  }
}

const closes = (content: string, fence: Fence): boolean => closing.exec(content)?.[1]?.startsWith(fence.marker) === true

/** All fenced code blocks of a text, in order. One that is not closed goes on to the end. */
export const findFences = (text: string): ReadonlyArray<Fence> => {
  if (!anyFence.test(text)) return []
  const found: Array<Fence> = []
  let current: Fence | undefined
  for (let at = 0; at < text.length; at = line.lastIndex) {
    line.lastIndex = at
    const whole = line.exec(text)?.[0] ?? ""
    line.lastIndex = at + whole.length
    const content = whole.replace(/[\r\n]+$/, "")
    if (current === undefined) {
      current = open(content, at, at + whole.length, text.length)
    } else if (closes(content, current)) {
      found.push({ ...current, closeStart: at, end: at + whole.length })
      current = undefined
    }
  }
  return current === undefined ? found : [...found, current]
}

/** The fence around a place: the last one that begins before it, if the place is not behind it. */
export const fenceAround = (fences: ReadonlyArray<Fence>, at: number): Fence | undefined => {
  let low = 0
  let high = fences.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((fences[middle]?.start ?? at) < at) low = middle + 1
    else high = middle
  }
  const fence = fences[low - 1]
  return fence !== undefined && at < fence.end + (fence.closeStart === fence.end ? 1 : 0) ? fence : undefined
}

/** Whether a cut at this place falls between lines of a fence's code, so that the fence has to be closed and reopened. */
export const cutsCode = (fence: Fence, at: number): boolean => at >= fence.bodyStart && at <= fence.closeStart

/** The line that opens a cut fence again. */
export interface Reopening {
  readonly opened: string
  /** The closing line, without the line break that may have to go before it. */
  readonly closed: string
}

/**
 * How a fence is mended in messages of `limit` units: reopened with all that its opening line said if at least half of a message
 * stays for the code, else with its language or with nothing if at least a quarter stays, else not at all.
 */
export const reopening = (fence: Fence, limit: number): Reopening | undefined => {
  const closed = fence.indent + fence.marker
  const language = /^\s*\S+/.exec(fence.info)?.[0] ?? ""
  const room = (info: string) => limit - 2 * closed.length - info.length - 2
  const least = Math.max(2, limit / 4)
  for (const [info, needed] of [
    [fence.info, Math.max(2, limit / 2)],
    [language, least],
    ["", least]
  ] as const) {
    if (room(info) >= needed) return { opened: `${closed}${info}\n`, closed }
  }
  return undefined
}

const mark = / {0,3}(?:`{3}|~{3})/y

/** Whether a line that began at this place would begin like a fence. */
export const beginsFence = (text: string, at: number): boolean => {
  mark.lastIndex = at
  return mark.test(text)
}

/**
 * Up to which place a line that begins at `from` would be read as a fence if it ended there; `from` if it would not. A line of
 * backticks is none once another backtick follows. Looks no further than `to` or the line's end.
 */
export const fenceUpTo = (text: string, from: number, to: number): number => {
  if (!beginsFence(text, from)) return from
  let at = from
  while (text[at] === " ") at += 1
  if (text[at] === "~") return to
  while (at < to && text[at] === "`") at += 1
  while (at < to && text[at] !== "`" && text[at] !== "\n" && text[at] !== "\r") at += 1
  return text[at] === "`" ? at : to
}
