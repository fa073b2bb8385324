import { chunkText } from "../../../src/render/chunk.ts"
import type { Bench } from "../Bench.ts"
import { median } from "../figures.ts"
import { ratioRow, type Row } from "../Row.ts"

const paragraph =
  "Cảm ơn anh đã quan tâm. Đơn hàng **#2026-1122** gồm `3` món, giao trong _hai ngày_ 👨‍👩‍👧‍👦. Bảng giá ở dưới:\n\n- Cà phê sữa đá: 29.000 đ\n- Bánh mì: 25.000 đ\n\n"
const code =
  '```ts\nconst chào = (tên: string) => `Xin chào ${tên}`\n// dòng chú thích\nconsole.log(chào("Lan"))\n```\n\n'

const texts: Record<string, (bytes: number) => string> = {
  "Markdown with fences": (bytes) => fill(`${paragraph}${paragraph}${code}`, bytes),
  "one code block": (bytes) => "```ts\n" + fill("const một = hai + ba // dòng\n", bytes) + "```\n",
  "one word without end": (bytes) => fill("ạ", bytes)
}

const fill = (piece: string, bytes: number): string => piece.repeat(Math.ceil(bytes / Buffer.byteLength(piece)))

/** Megabytes of UTF-8 a second. */
const throughput = (text: string, atLeast: number): number => {
  chunkText(text)
  let rounds = 0
  const started = performance.now()
  do {
    chunkText(text)
    rounds++
  } while (performance.now() - started < atLeast)
  return (Buffer.byteLength(text) * rounds) / 1e3 / (performance.now() - started)
}

/** How fast a text is split as it grows: flat when each character costs the same. */
export const chunker = async ({ quick, rounds, say }: Bench): Promise<ReadonlyArray<Row>> => {
  const sizes = [2_000, 20_000, 200_000, 1_000_000]
  return Object.entries(texts).map(([name, make]) => {
    say(`chunker: ${name}`)
    const found = sizes.map((size) => {
      const text = make(size)
      return Array.from({ length: rounds }, () => throughput(text, quick ? 30 : 100))
    })
    const [, small = [], , large = []] = found
    return ratioRow({
      what: `Chunker, MB/s at 1 MB (${name})`,
      unit: " MB/s",
      ours: large,
      beside: "the same at 20 kB",
      theirs: small,
      aim: { least: 0.8 },
      more: Object.fromEntries(sizes.map((size, n) => [size, median(found[n] ?? [])]))
    })
  })
}
