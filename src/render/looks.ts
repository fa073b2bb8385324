/** Zalo's codes (`zalo-bot-api.md` §5.7). `b`, `i`, `u`, `s` may stand together; of sizes and of colours the innermost counts. */
const lines = ["b", "i", "u", "s"] as const
type Line = (typeof lines)[number]
const kinds = ["f", "c"] as const
type Kind = (typeof kinds)[number]
export type Look = Line | "f_18" | "f_20" | "c_15a85f" | "c_f7b503" | "c_f27806" | "c_db342e"

/** Deeper than this a size or a colour changes nothing: keeps each step short. */
const deepest = 32

interface State {
  readonly lines: Readonly<Record<Line, number>>
  readonly kinds: Readonly<Record<Kind, ReadonlyArray<Look>>>
}

const blank: State = { lines: { b: 0, i: 0, u: 0, s: 0 }, kinds: { f: [], c: [] } }

const none: ReadonlyArray<string> = []

const isLine = (look: Look): look is Line => look.length === 1
const kindOf = (look: Look): Kind => (look.startsWith("f") ? "f" : "c")

export interface Looks {
  readonly open: (look: Look) => void
  /** Ends the innermost one of that name, if there is one. They may overlap. */
  readonly close: (look: Look) => void
  /** What is on now, in one order; the same array for the same look. */
  readonly current: () => ReadonlyArray<string>
  /** Everything as it is now; calling it brings that back. Markup that nobody closed ends with its block. */
  readonly save: () => () => void
}

/** The looks that are on at one place of a text. */
export const makeLooks = (): Looks => {
  let state = blank
  let now: ReadonlyArray<string> | undefined
  const known = new Map<string, ReadonlyArray<string>>()

  const change = (next: State) => {
    state = next
    now = undefined
  }

  const count = (line: Line, by: number) =>
    change({ kinds: state.kinds, lines: { ...state.lines, [line]: Math.max(0, state.lines[line] + by) } })

  const stack = (kind: Kind, looks: ReadonlyArray<Look>) =>
    change({ ...state, kinds: { ...state.kinds, [kind]: looks } })

  const find = (): ReadonlyArray<string> => {
    if (state === blank) return none
    const found = [
      ...lines.filter((line) => state.lines[line] > 0),
      ...kinds.flatMap((kind) => state.kinds[kind].at(-1) ?? [])
    ]
    const before = known.get(found.join())
    if (before !== undefined) return before
    if (found.length === 0) return none
    known.set(found.join(), found)
    return found
  }

  return {
    open: (look) => {
      if (isLine(look)) return count(look, 1)
      const on = state.kinds[kindOf(look)]
      if (on.length < deepest) stack(kindOf(look), [...on, look])
    },
    close: (look) => {
      if (isLine(look)) return count(look, -1)
      const on = state.kinds[kindOf(look)]
      const at = on.lastIndexOf(look)
      if (at >= 0) stack(kindOf(look), on.toSpliced(at, 1))
    },
    current: () => (now ??= find()),
    save: () => {
      const saved = state
      return () => {
        if (state !== saved) change(saved)
      }
    }
  }
}
