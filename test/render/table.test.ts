import { assert, describe, it } from "@effect/vitest"
import { markdown } from "../../src/render/markdown.ts"
import { columns } from "../../src/render/width.ts"
import { shown } from "./shown.ts"

const source = [
  "| Món | Giá | Còn |",
  "|:--|--:|:-:|",
  "| **Cà phê** | 29.000 | ✅ |",
  "| [Bún](https://x.test) | `40.000` | |"
].join("\n")

const look = (text: string, tables: "code" | "bullets" | "block" | "off") => shown(markdown(text, { tables }))

describe("a table", () => {
  it("is columns of one width, as code is written: without looks", () => {
    const expected = [
      "Món                  |    Giá | Còn",
      "---------------------|--------|----",
      "Cà phê               | 29.000 | ✅",
      "Bún (https://x.test) | 40.000 |"
    ].join("\n")
    assert.strictEqual(look(source, "code"), expected)
    assert.strictEqual(look(source, "block"), expected)
    assert.strictEqual(look(`trước\n\n${source}\n\nsau`, "code"), `trước\n\n${expected}\n\nsau`)
  })

  it("or a list: a row under its first cell, the others with their column's name", () => {
    assert.strictEqual(
      look(source, "bullets"),
      "⟨b|Cà phê⟩\n• Giá: 29.000\n• Còn: ✅\n\n⟨b|Bún (https://x.test)⟩\n• Giá: 40.000"
    )
    assert.strictEqual(look("| a |\n|-|\n| b |\n| c |", "bullets"), "• b\n• c")
    assert.strictEqual(look("| a | b |\n|-|-|", "bullets"), "a, b")
  })

  it("or what was written, in quotes as well", () => {
    assert.strictEqual(look(source, "off"), source)
    assert.strictEqual(look("> | a | b |\n> |-|-|\n> | *c* | d |", "off"), "│ | a | b |\n│ |-|-|\n│ | *c* | d |")
  })

  it("has its columns one under the other, whatever letters are made of", () => {
    const rows = ["ề".normalize("NFD"), "👨‍👩‍👧‍👦", "🇻🇳", "你好", "1️⃣", "é", "☕"]
    const text = markdown(`| a | b |\n|-|-|\n${rows.map((row) => `| ${row} | x |`).join("\n")}`).text
    const [head = ""] = text.split("\n")
    for (const line of text.split("\n").slice(2)) {
      assert.strictEqual(columns(line.slice(0, line.indexOf("|"))), head.indexOf("|"))
    }
  })

  it("does not outgrow its source by padding", () => {
    const wide = `| a | b |\n|-|-|\n| ${"x".repeat(50_000)} | y |\n${"| 1 | 2 |\n".repeat(5_000)}`
    assert.isBelow(markdown(wide).text.length, 6 * wide.length)
  })
})

it("a letter is as wide as it looks in a fixed-width font", () => {
  const widths = [
    ["tiếng Việt", 10],
    ["tiếng Việt".normalize("NFD"), 10],
    ["你好", 4],
    ["👋🏽", 2],
    ["❤️", 2],
    ["ｶﾅ", 2],
    ["", 0]
  ] as const
  for (const [text, width] of widths) assert.strictEqual(columns(text), width, text)
})
