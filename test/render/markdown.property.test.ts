import { assert, it } from "@effect/vitest"
import * as fc from "fast-check"
import { chunkStyled } from "../../src/render/chunkStyled.ts"
import { markdown } from "../../src/render/markdown.ts"
import type { StyledText } from "../../src/render/StyledText.ts"

/** Markdown that is hard to read. */
const fragment = fc.oneof(
  fc.constantFrom(
    "Xin chào các bạn. ",
    "tiếng Việt ".normalize("NFD"),
    "ề".normalize("NFD"),
    "\u0301",
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
    "  ",
    "\t",
    "\0",
    "\ud800",
    "\udc00",
    "**",
    "*",
    "__",
    "_",
    "~~",
    "`",
    "```\n",
    "\n~~~\n",
    "# ",
    "\n## ",
    "\n- ",
    "\n  - [ ] ",
    "\n1. ",
    "\n> ",
    "[",
    "](https://x.test/ề)",
    "![",
    "<https://x.test>",
    "<b>",
    "</b>",
    "<br>",
    "<!--",
    "-->",
    "<div>\n",
    "{red}",
    "{/red}",
    "{big}",
    "{/big}",
    "&amp;",
    "\\",
    "\n| a | b |\n|---|:-:|\n",
    "| c | ề |\n",
    "\n---\n",
    "    code\n",
    "[a]: b\n"
  ),
  fc.string({ unit: "grapheme", maxLength: 12 })
)
const source = fc.array(fragment, { maxLength: 80, size: "max" }).map((parts) => parts.join(""))
const tables = fc.constantFrom("code", "bullets", "block", "off")
const limit = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 3000 }))
const mode = fc.constantFrom("length", "newline")

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" })
const borders = (text: string) => new Set([...Array.from(segmenter.segment(text), ({ index }) => index), text.length])

const known = /^(?:[bius]|f_18|f_20|c_(?:15a85f|f7b503|f27806|db342e))$/

const checkStyles = ({ styles, text }: StyledText) => {
  let end = 0
  let before = ""
  for (const { len, st, start } of styles) {
    assert.isAtLeast(start, end)
    assert.isAbove(len, 0)
    if (start === end) assert.notStrictEqual(st.join(), before)
    assert.isNotEmpty(st)
    for (const code of st) assert.match(code, known)
    end = start + len
    before = st.join()
  }
  assert.isAtMost(end, text.length)
}

it("styles are in range, in order, apart, known, and between graphemes", { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(source, tables, (text, tables) => {
      const styled = markdown(text, { tables })
      checkStyles(styled)
      const places = borders(styled.text)
      for (const { len, start } of styled.styles) assert.isTrue(places.has(start) && places.has(start + len))
    }),
    { numRuns: 1500 }
  )
})

/** Each unit with the look that it has: what a cut must not change. */
const inked = ({ styles, text }: StyledText): string => {
  const looks = Array.from({ length: text.length }, () => "")
  for (const { len, st, start } of styles) looks.fill(st.join(), start, start + len)
  return Array.from({ length: text.length }, (_, at) =>
    /\s/.test(text[at] ?? "") ? "" : `${text[at]}<${looks[at]}>`
  ).join("")
}

it("the pieces have the text's words in the text's looks, and keep the limit", { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(source, tables, limit, mode, (text, tables, limit, mode) => {
      const styled = markdown(text, { tables })
      const found = chunkStyled(styled, limit, mode)
      for (const piece of found) {
        checkStyles(piece)
        assert.notStrictEqual(piece.text.trim(), "")
        const pair = piece.text.length === 2 && (piece.text.codePointAt(0) ?? 0) > 0xffff
        assert.isTrue(piece.text.length <= limit || (limit === 1 && pair))
      }
      assert.strictEqual(found.map(inked).join(""), inked(styled))
      const blanks = Math.max(0, ...Array.from(styled.text.matchAll(/\s+/g), ([run]) => run.length))
      if (styled.text.trim() !== "" && blanks < limit / 8) {
        const joined = found.map((piece) => piece.text).join("")
        const longest = Math.max(0, ...Array.from(segmenter.segment(styled.text), ({ segment }) => segment.length))
        if (longest < limit / 8) assert.strictEqual(joined, styled.text)
      }
    }),
    { numRuns: 1500 }
  )
})

it("a cut of the styled text never falls into a grapheme that a message can hold", { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(source, fc.integer({ min: 100, max: 400 }), mode, (text, limit, mode) => {
      const styled = markdown(text)
      const found = chunkStyled(styled, limit, mode)
      if (found.map((piece) => piece.text).join("") !== styled.text) return
      const places = borders(styled.text)
      const longest = Math.max(0, ...Array.from(segmenter.segment(styled.text), ({ segment }) => segment.length))
      fc.pre(longest < limit / 4)
      let at = 0
      for (const piece of found) {
        assert.isTrue(places.has(at), `cut at ${at}`)
        at += piece.text.length
      }
    }),
    { numRuns: 800 }
  )
})

it("words that are no markup come back, whatever script they are in", () => {
  const word = fc.constantFrom(
    "chào",
    "chào".normalize("NFD"),
    "Đường",
    "👨‍👩‍👧‍👦",
    "🇻🇳",
    "مرحبا",
    "שָׁלוֹם",
    "你好。",
    "10.000đ",
    "a_b_c",
    "3 * 4"
  )
  fc.assert(
    fc.property(fc.array(fc.array(word, { minLength: 1 }), { minLength: 1 }), (lines) => {
      const text = lines.map((words) => words.join(" ")).join("\n")
      assert.deepStrictEqual({ ...markdown(text), bounds: undefined }, { text, styles: [], bounds: undefined })
    })
  )
})
