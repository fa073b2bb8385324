import type { ChunkMode } from "../domain/Account.ts"
import { Break } from "./breaks.ts"
import { beginsFence, cutsCode, type Fence, fenceAround, fenceUpTo, type Reopening, reopening } from "./fences.ts"
import { codePointBoundary, graphemeBoundary } from "./graphemes.ts"
import type { Layout } from "./layout.ts"

/** Where one message ends, what is added to close it, and what is added to open the next. */
export interface Cut {
  readonly at: number
  readonly closed: string
  readonly reopened: string
}

/** How many graphemes a forced cut may move back to avoid a place that would read as a fence. */
const evasion = 64

const isBlank = (text: string, at: number): boolean => /\s/.test(text[at] ?? "x")

const endsLine = (text: string, at: number): boolean => text[at - 1] === "\n" || text[at - 1] === "\r"

/**
 * Finds the cuts of one text, from message to message. `limit` is in UTF-16 units. Every search looks at one message's worth of
 * text, so that the whole takes time in proportion to its length.
 */
export const makeCutter = (
  text: string,
  limit: number,
  layout: Layout,
  mode: ChunkMode
): ((from: number, opened: number) => Cut) => {
  const { blockAround, fences } = layout
  const mended = new Map<Fence, Reopening | undefined>()
  const lastInk = graphemeBoundary(text, 0, text.trimEnd().length - 1)

  /** The fence whose code is cut at a place, if it can be mended. */
  const codeAt = (at: number): (Reopening & { readonly fence: Fence }) | undefined => {
    const fence = fences.length === 0 ? undefined : fenceAround(fences, at)
    if (fence === undefined || !cutsCode(fence, at)) return undefined
    if (!mended.has(fence)) mended.set(fence, reopening(fence, limit))
    const how = mended.get(fence)
    return how === undefined ? undefined : { ...how, fence }
  }

  const closingAt = (at: number): string => {
    const code = codeAt(at)
    if (code === undefined) return ""
    return endsLine(text, at) ? code.closed : `\n${code.closed}`
  }

  const rankAt = (at: number): number => {
    const rank = layout.rankAt(at)
    const code = rank === Break.none ? undefined : codeAt(at)
    if (code === undefined) return rank
    if (rank < Break.codeLine) return Break.word
    // A fence that is closed right after it was opened, or opened only to be closed, is worth nothing to the reader.
    const { bodyStart, closeStart, end } = code.fence
    return at === bodyStart || (at === closeStart && closeStart < end) ? Break.none : Break.codeLine
  }

  return (from, opened) => {
    const end = from + limit - opened
    let firstInk = from
    while (firstInk < end && isBlank(text, firstInk)) firstInk += 1
    // What follows must have ink as well, if it has a place in one message with the blanks that end the text.
    const last = end > lastInk && lastInk > firstInk && text.length - lastInk <= limit ? lastInk : end

    const fits = (at: number) => at + closingAt(at).length <= end

    // Of the line asked about last; valid while places are asked about from the end to the start.
    let lineStart = Number.POSITIVE_INFINITY
    let fencedTo = end
    /** Whether neither the line that ends here nor the one that begins here turns into a fence that the text does not have. */
    const harmless = (at: number): boolean => {
      if (!layout.hasMarkup || endsLine(text, at)) return true
      if (lineStart >= at) {
        lineStart = at
        while (lineStart > from && !endsLine(text, lineStart)) lineStart -= 1
        fencedTo = fenceUpTo(text, lineStart, end)
      }
      return fencedTo < at && !beginsFence(text, at)
    }

    const preferred = (): number | undefined => {
      const floor = from + (end - from) / 4
      let best: number | undefined
      let bestRank: number = Break.none
      for (let at = last; at > firstInk; at -= 1) {
        // Between paragraphs a message may also be left nearly empty, where that is asked for.
        const nearlyEmpty = best !== undefined && at < floor
        if (nearlyEmpty && mode === "length") break
        const rank = rankAt(at)
        if (nearlyEmpty && rank < Break.paragraph) continue
        // Behind a blank or a full stop the boundary depends on nothing further back.
        if (rank <= bestRank || !fits(at) || !harmless(at) || graphemeBoundary(text, at - 1, at) !== at) continue
        best = at
        bestRank = rank
        if (rank === Break.paragraph) break
      }
      return best
    }

    const boundary = (at: number): number => {
      const whole = graphemeBoundary(text, from, at)
      return whole > from ? whole : codePointBoundary(text, from, at)
    }

    const forced = (latest: number): number => {
      let at = boundary(latest)
      for (let next = latest; !fits(at); at = boundary(next)) {
        const nearer = end - closingAt(at).length
        if (nearer >= next || nearer <= from) break
        next = nearer
      }
      lineStart = Number.POSITIVE_INFINITY
      let back = at
      for (let tries = 0; tries < evasion && back > firstInk; tries += 1) {
        if (fits(back) && harmless(back)) return back
        const nearer = back - 1 > from ? boundary(back - 1) : from
        if (nearer >= back) break
        back = nearer
      }
      return fits(at) && at > from ? at : boundary(latest)
    }

    const chosen = (): number => {
      const at = preferred() ?? forced(last)
      const cut = at <= firstInk && last < end ? forced(end) : at
      const block = layout.hasMarkup ? codeAt(cut)?.fence : blockAround(cut)
      // What fits into one message goes into one message.
      return block !== undefined && block.start > firstInk && block.end - block.start <= limit ? block.start : cut
    }

    const at = chosen()
    const around = fenceAround(fences, at)
    if (around !== undefined && (at < around.bodyStart || !fits(at))) mended.set(around, undefined)
    return { at, closed: closingAt(at), reopened: codeAt(at)?.opened ?? "" }
  }
}
