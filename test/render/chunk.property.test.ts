import { assert, it } from "@effect/vitest"
import * as fc from "fast-check"
import { type Chunk, chunks } from "../../src/render/chunk.ts"

/** Pieces of text that are hard to cut. */
const fragment = fc.oneof(
  fc.constantFrom(
    "Xin chào các bạn. ",
    "Được không? ",
    "tiếng Việt ".normalize("NFD"),
    "ề".normalize("NFD"),
    "👨‍👩‍👧‍👦",
    "👋🏽",
    "🇻🇳🇫🇷",
    "1️⃣",
    "مرحبا بالعالم. ",
    "שָׁלוֹם ",
    "\u202eabc\u202c",
    "你好。世界！",
    "\r\n",
    "\n",
    "\n\n",
    "\r",
    "  ",
    "\t",
    "\u00a0",
    "\ud800",
    "\udc00",
    "```\n",
    "```ts\n",
    "\n```\n",
    "\n  ```py title=x\n",
    "\n~~~~\n",
    "`",
    "``` ",
    "~~~",
    "let x = 1\n",
    "    indented\n"
  ),
  fc.string({ unit: "grapheme", maxLength: 20 }),
  fc.string({ unit: "binary", maxLength: 10 }),
  fc.nat({ max: 60 }).map((n) => "x".repeat(n)),
  fc.nat({ max: 12 }).map((n) => " ".repeat(n))
)
const anyText = fc.array(fragment, { maxLength: 60, size: "max" }).map((fragments) => fragments.join(""))
const anyLimit = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 3000 }))

const bodyOf = (chunk: Chunk): string => chunk.text.slice(chunk.opened.length, chunk.text.length - chunk.closed.length)

const longestBlank = (text: string): number => Math.max(0, ...Array.from(text.matchAll(/\s+/g), ([run]) => run.length))

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" })
const graphemes = (text: string) => Array.from(segmenter.segment(text))

const check = (property: (text: string, limit: number) => void, examples: Array<[string, number]> = []) =>
  fc.assert(fc.property(anyText, anyLimit, property), { numRuns: 600, examples })

it("every piece keeps the limit, has ink, and is what it says", { timeout: 60_000 }, () => {
  check((text, limit) => {
    for (const chunk of chunks(text, limit)) {
      const pair = chunk.text.length === 2 && (chunk.text.codePointAt(0) ?? 0) > 0xffff
      assert.isTrue(chunk.text.length <= limit || (limit === 1 && pair))
      assert.notStrictEqual(chunk.text.trim(), "")
      assert.isTrue(chunk.text.startsWith(chunk.opened) && chunk.text.endsWith(chunk.closed))
    }
  })
})

it("the pieces without what was added are the text, but for blanks that found no place", { timeout: 60_000 }, () => {
  check((text, limit) => {
    const joined = chunks(text, limit).map(bodyOf).join("")
    assert.strictEqual(joined.replace(/\s/g, ""), text.replace(/\s/g, ""))
    const longestGrapheme = Math.max(0, ...graphemes(text).map(({ segment }) => segment.length))
    if (text.trim() !== "" && longestBlank(text) + longestGrapheme < limit / 4) assert.strictEqual(joined, text)
  })
})

it("no cut falls into a grapheme that a message can hold, or into a surrogate pair", { timeout: 60_000 }, () => {
  check((text, limit) => {
    // Only where nothing was left out do the pieces tell the places of the cuts.
    const found = chunks(text, limit)
    if (found.map(bodyOf).join("") !== text) return
    const inside = new Map<number, number>()
    for (const { index, segment } of graphemes(text)) {
      for (let at = index + 1; at < index + segment.length; at++) inside.set(at, segment.length)
    }
    let at = 0
    for (const chunk of found.slice(0, -1)) {
      const room = limit - chunk.opened.length - chunk.closed.length
      at += bodyOf(chunk).length
      const length = inside.get(at)
      assert.isTrue(length === undefined || length > Math.min(room, limit / 4), `cut at ${at}`)
      assert.isFalse((text.codePointAt(at - 1) ?? 0) > 0xffff, `pair at ${at}`)
    }
  })
})

/** A plain reading of CommonMark's fences, line by line: the marker of the fence that is open at the end. */
const openAtEnd = (text: string): string => {
  let open = ""
  for (const line of text.split(/\r\n|\n|\r/)) {
    const marker = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? ""
    const rest = line.replace(/^ +|[ \t]+$/g, "").slice(marker.length)
    if (marker === "") continue
    if (open === "") open = marker[0] === "`" && rest.includes("`") ? "" : marker
    else if (marker.startsWith(open) && rest === "") open = ""
  }
  return open
}

it("with room for fences, every message but the last has its own closed", { timeout: 60_000 }, () => {
  const roomy = fc.integer({ min: 150, max: 600 })
  const markdown = fc
    .array(
      fc.oneof(
        { weight: 4, arbitrary: fragment },
        { weight: 1, arbitrary: fc.constantFrom("\n```ts\n", "\n```\n", "\n   ~~~~ a b\n", "\n~~~~\n", "\n````\n") },
        { weight: 1, arbitrary: fc.nat({ max: 300 }).map((n) => "code x\n".repeat(n / 7)) }
      ),
      { maxLength: 120, size: "max" }
    )
    .map((parts) => parts.join(""))
  fc.assert(
    fc.property(markdown, roomy, (text, limit) => {
      // A fence whose own opening line fills a message cannot be mended.
      fc.pre(text.split(/\r\n|\n|\r/).every((line) => line.length < limit / 3 || !/^ {0,3}(`{3}|~{3})/.test(line)))
      const found = chunks(text, limit)
      for (const chunk of found.slice(0, -1)) assert.strictEqual(openAtEnd(chunk.text), "")
      if (found.length > 0) assert.strictEqual(openAtEnd(found.at(-1)?.text ?? ""), openAtEnd(text))
    }),
    { numRuns: 1000 }
  )
})
