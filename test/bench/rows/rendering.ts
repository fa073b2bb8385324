import { chunkStyled } from "../../../src/render/chunkStyled.ts"
import { markdown } from "../../../src/render/markdown.ts"
import type { Bench } from "../Bench.ts"
import { figureRow, ratioRow, type Row } from "../Row.ts"

const answer =
  "## Đơn hàng #2026-1122\n\nCảm ơn anh đã **quan tâm**. Đơn gồm `3` món, giao trong _hai ngày_ 👨‍👩‍👧‍👦, xem [tại đây](https://example.com/don/2026-1122).\n\n- Cà phê sữa đá: **29.000 đ**\n- Bánh mì: 25.000 đ\n  - thêm chả\n\n| Món | Giá |\n|---|--:|\n| Cà phê | 29.000 |\n| Bánh mì | 25.000 |\n\n```ts\nconst tổng = 29_000 + 25_000\n```\n\n"

const answerOf = (length: number): string => answer.repeat(Math.ceil(length / answer.length)).slice(0, length)

/** Milliseconds for one text, over at least `atLeast` of them. */
const timeOf = (text: string, atLeast: number): number => {
  const once = () => chunkStyled(markdown(text), 2000)
  once()
  let count = 0
  const started = performance.now()
  do {
    once()
    count++
  } while (performance.now() - started < atLeast)
  return (performance.now() - started) / count
}

/** An answer in Markdown as messages with styles: what one costs, and whether a long one costs more for each character. */
export const rendering = async ({ quick, rounds, say }: Bench): Promise<ReadonlyArray<Row>> => {
  say("rendering")
  const atLeast = quick ? 50 : 200
  const times = (length: number) => {
    const text = answerOf(length)
    return Array.from({ length: rounds }, () => timeOf(text, atLeast))
  }
  // The first round of a fresh process is not what the thousandth answer costs.
  timeOf(answerOf(2_000), 500)
  const rate = (length: number) => times(length).map((ms) => length / 1000 / ms)
  return [
    figureRow({
      what: "Rendering and cutting an answer of 2,000 characters",
      unit: " ms",
      ours: times(2_000),
      aim: { most: 1 }
    }),
    ratioRow({
      what: "Rendering and cutting, million characters/s at 1,000,000",
      unit: "",
      ours: rate(1_000_000),
      beside: "the same at 20,000",
      theirs: rate(20_000),
      aim: { least: 0.5 }
    })
  ]
}
