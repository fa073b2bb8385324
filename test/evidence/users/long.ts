import { chunkStyled } from "../../../src/render/chunkStyled.ts"
import { markdown } from "../../../src/render/markdown.ts"
import { chunkText } from "../../../src/render/chunk.ts"

/** What an answer of a model's in Vietnamese has in it that is easily broken: fences, tables, families, marks that combine. */
const piece =
  "## Đơn hàng #2026-1122\n\nCảm ơn anh đã **quan tâm**. Đơn gồm `3` món, giao trong _hai ngày_ 👨‍👩‍👧‍👦👩🏽‍🚀🇻🇳, xem [tại đây](https://example.com/don/2026-1122).\n\n" +
  "- Cà phê sữa đá: **29.000 đ**\n- Bánh mì: 25.000 đ\n  - thêm chả\n\n| Món | Giá |\n|---|--:|\n| Cà phê | 29.000 |\n| Bánh mì | 25.000 |\n\n" +
  "```ts\nconst tổng = 29_000 + 25_000\nconsole.log(`Tổng cộng: ${tổng} đồng`)\n```\n\n" +
  "Tie\u0302\u0301ng Vie\u0323\u0302t to\u0302\u0309 ho\u031B\u0323p. "

/** 20,000 characters of it, give or take: a fence that the answer itself leaves open would not be the cut's fault. */
export const longAnswer = piece.repeat(Math.round(20_000 / piece.length))

export interface Cut {
  readonly chunks: number
  readonly over: number
  /** Places between two chunks that lie inside what a person sees as one character. */
  readonly splitGraphemes: number
  /** Chunks with an opening fence and no closing one, or the other way round. */
  readonly brokenFences: number
  readonly milliseconds: number
}

const graphemes = new Intl.Segmenter("vi", { granularity: "grapheme" })

/** A seam is in order when what stands on its two sides has as many graphemes together as apart. */
const isSplit = (before: string, after: string): boolean => {
  const [left, right] = [before.slice(-40), after.slice(0, 40)]
  const count = (text: string) => Array.from(graphemes.segment(text)).length
  return count(left + right) < count(left) + count(right)
}

const judged = (chunks: ReadonlyArray<string>, milliseconds: number): Cut => ({
  chunks: chunks.length,
  over: chunks.filter((chunk) => chunk.length > 2_000).length,
  splitGraphemes: chunks.slice(1).filter((chunk, n) => isSplit(chunks[n] ?? "", chunk)).length,
  brokenFences: chunks.filter((chunk) => (chunk.match(/^```/gm) ?? []).length % 2 === 1).length,
  milliseconds
})

const timed = (cut: () => ReadonlyArray<string>): Cut => {
  cut()
  const began = performance.now()
  const chunks = cut()
  return judged(chunks, performance.now() - began)
}

/** Our two ways to cut it, and the plain one that many bots have. */
export const cuts = (): { readonly styled: Cut; readonly text: Cut; readonly plain: Cut } => ({
  styled: timed(() => chunkStyled(markdown(longAnswer), 2_000).map(({ text }) => text)),
  text: timed(() => chunkText(longAnswer)),
  plain: timed(() =>
    Array.from({ length: Math.ceil(longAnswer.length / 2_000) }, (_, n) => longAnswer.slice(n * 2_000, (n + 1) * 2_000))
  )
})
