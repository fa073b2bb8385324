import type { TextStyle } from "../domain/Reply.ts"
import { graphemeBoundary } from "./graphemes.ts"
import { type Looks, makeLooks } from "./looks.ts"

/** What every line inside a container begins with. */
interface Container {
  /** Instead of `rest`, once: a list item's bullet or number. */
  first: string | undefined
  readonly rest: string
  /** A line of it was written: its blank lines belong to it. */
  used: boolean
}

/** Containers deeper than this are not indented any further, so that a line's beginning stays short. */
const deepest = 6

/** Collects a text and its styles from beginning to end. */
export interface Writer {
  readonly looks: Looks
  /** How much is written. What comes next may begin a line: `begin` writes that first. */
  readonly length: () => number
  /** Writes what the line begins with. Gives the place where the next words will be. */
  readonly begin: () => number
  /** Writes words in the current look. Line feeds begin new lines of the container. */
  readonly write: (text: string) => void
  /** What comes next stands `lines` lines further down; at the text's beginning it does not. */
  readonly gap: (lines: number) => void
  readonly enter: (rest: string, first?: string) => void
  /** Leaves the innermost container. A bullet that nothing followed is written all the same. */
  readonly leave: () => void
  /** Where the line that is being written begins, with its bullet or bars. */
  readonly line: () => number
  /** What was written since a place. Costs its own length. */
  readonly since: (place: number) => string
  readonly finish: () => { readonly text: string; readonly styles: ReadonlyArray<TextStyle> }
}

interface Run {
  readonly start: number
  end: number
  readonly st: ReadonlyArray<string>
}

/** Runs begin and end between graphemes: one that two looks share gets the later one. */
const snapped = (text: string, runs: ReadonlyArray<Run>): ReadonlyArray<TextStyle> => {
  let known = 0
  const snap = (at: number) => (known = at <= known ? known : graphemeBoundary(text, known, at))
  return runs.flatMap((run) => {
    const start = snap(run.start)
    const len = snap(run.end) - start
    return len > 0 ? [{ start, len, st: run.st }] : []
  })
}

/** `onMarker` is told where the line of each bullet or number begins. */
export const makeWriter = (onMarker: (line: number) => void = () => {}): Writer => {
  const looks = makeLooks()
  const parts: Array<string> = []
  const runs: Array<Run> = []
  const containers: Array<Container> = []
  let length = 0
  let line = 0
  let wanted = 0
  let lineOpen = false

  const push = (text: string) => {
    if (text === "") return
    parts.push(text)
    length += text.length
  }

  const styled = (text: string) => {
    const start = length
    push(text)
    const st = looks.current()
    if (st.length === 0 || text === "") return
    const last = runs.at(-1)
    if (last !== undefined && last.end === start && last.st === st) last.end = length
    else runs.push({ start, end: length, st })
  }

  const blankStart = (): string => {
    let text = ""
    for (const [depth, container] of containers.entries()) {
      if (!container.used) break
      if (depth < deepest) text += container.rest
    }
    return text.trimEnd()
  }

  const lineStart = (): string => {
    let text = ""
    for (const [depth, container] of containers.entries()) {
      if (container.first !== undefined) onMarker(length)
      text += container.first ?? (depth < deepest ? container.rest : "")
      container.first = undefined
      container.used = true
    }
    return text
  }

  const endLine = (write: (text: string) => void) => {
    if (!lineOpen) push(blankStart())
    write("\n")
    lineOpen = false
    line = length
  }

  // In the current look, so that one that goes on over a line's end stays one run.
  const feed = () => endLine(containers.length === 0 ? styled : push)

  const begin = (): number => {
    for (; wanted > 0; wanted -= 1) endLine(push)
    if (!lineOpen) push(lineStart())
    lineOpen = true
    return length
  }

  return {
    looks,
    length: () => length,
    begin,
    write: (text) => {
      if (text === "") return
      const [first = "", ...more] = text.includes("\n") ? text.split("\n") : [text]
      if (wanted > 0 || first !== "") begin()
      styled(first)
      for (const line of more) {
        feed()
        if (line === "") continue
        begin()
        styled(line)
      }
    },
    gap: (lines) => {
      if (length > 0) wanted = Math.max(wanted, lines)
    },
    enter: (rest, first) => void containers.push({ first, rest, used: false }),
    leave: () => {
      if (containers.at(-1)?.first !== undefined) begin()
      containers.pop()
    },
    line: () => line,
    since: (place) => {
      let at = parts.length
      let from = length
      while (at > 0 && from > place) {
        at -= 1
        from -= parts[at]?.length ?? 0
      }
      return parts.slice(at).join("")
    },
    finish: () => {
      const text = parts.join("")
      return { text, styles: snapped(text, runs) }
    }
  }
}
