import { assert, describe, it } from "@effect/vitest"
import { chunks } from "../../src/render/chunk.ts"
import { chunkStyled } from "../../src/render/chunkStyled.ts"
import { markdown } from "../../src/render/markdown.ts"
import { shown } from "./shown.ts"

const cut = (source: string, limit: number, mode?: "length" | "newline") =>
  chunkStyled(markdown(source), limit, mode).map(shown)

describe("a cut", () => {
  it("moves the styles behind it, and goes on with one that it had to tear", () => {
    assert.deepStrictEqual(cut("**aaaa** bbbb cccc *dddd* eeee", 14), ["⟨b|aaaa⟩ bbbb ", "cccc ⟨i|dddd⟩ eeee"])
    assert.deepStrictEqual(cut("**aaaa bbbb cccc** dddd", 10), ["⟨b|aaaa bbbb ⟩", "⟨b|cccc⟩ dddd"])
  })

  it("tears no style where there is another place", () => {
    assert.deepStrictEqual(cut("aa bbbb **cccc dddd** ee", 16), ["aa bbbb ", "⟨b|cccc dddd⟩ ee"])
    assert.deepStrictEqual(cut("aa bbbb **cc**_dd ee_ ff", 14), ["aa bbbb ", "⟨b|cc⟩⟨i|dd ee⟩ ff"])
  })

  it("tears no link and no inline code where there is another place", () => {
    assert.deepStrictEqual(cut("aaaa bbbb [cc dd](http://x.test) e", 30), ["aaaa bbbb ", "cc dd (http://x.test) e"])
    assert.deepStrictEqual(cut("aaaa bbbb `cc dd ee` ff", 16), ["aaaa bbbb ", "cc dd ee ff"])
  })

  it("prefers the end of a list item to the end of a sentence in one, and never parts a bullet from its words", () => {
    assert.deepStrictEqual(cut("- aaaa bbbb.\n- cccc. dddd. eeee ffff", 28), [
      "• aaaa bbbb.\n",
      "• cccc. dddd. eeee ffff"
    ])
    assert.deepStrictEqual(cut("aaaa bbbb cccc\n- dddddddd", 18), ["aaaa bbbb cccc\n", "• dddddddd"])
    // A paragraph inside of an item ends less than the item itself.
    assert.deepStrictEqual(cut("- aaaa aaaa\n- bbbb\n\n  cccc\n\n  dddd eeee", 34)[0], "• aaaa aaaa\n")
  })

  it("goes between the rows of a table, and leaves a table whole that fits", () => {
    const table = "| aaaa bb | cc |\n|---|---|\n| dd ee ff | gg |\n| hh ii jj | kk |"
    const whole = markdown(table).text
    assert.deepStrictEqual(cut(`xxxx yyyy zzzz\n\n${table}`, whole.length + 4), ["xxxx yyyy zzzz\n\n", whole])
    for (const piece of cut(table, 40)) assert.isTrue(piece.endsWith("\n") || whole.endsWith(piece))
  })

  it("leaves code whole that fits, and goes between its lines else, with no line of backticks", () => {
    const code = "let aaaa = 1\n\nlet bbbb = 2\nlet cccc = 3"
    assert.deepStrictEqual(cut(`xxxx yyyy\nzzzz\n\`\`\`ts\n${code}\n\`\`\``, 45), ["xxxx yyyy\nzzzz\n", code])
    assert.deepStrictEqual(cut(`\`\`\`ts\n${code}\n\`\`\``, 30), ["let aaaa = 1\n\nlet bbbb = 2\n", "let cccc = 3"])
  })

  it("leaves a heading with what it heads", () => {
    assert.deepStrictEqual(cut("aaaa bbbb.\n\n## Cccc\n\ndddd eeee ffff gggg", 30)[0], "aaaa bbbb.\n\n")
  })
})

describe("by paragraphs", () => {
  const source = "aa\n\nbb\n\ncccc cccc cccc cccc. dddd"

  it("a message ends behind a paragraph, even one that leaves it nearly empty", () => {
    assert.deepStrictEqual(cut(source, 26, "newline"), ["aa\n\nbb\n\n", "cccc cccc cccc cccc. dddd"])
    assert.deepStrictEqual(cut("aa\n\ncccc cccc cccc cccc. dddd", 26, "newline"), [
      "aa\n\n",
      "cccc cccc cccc cccc. dddd"
    ])
    assert.deepStrictEqual(cut("aa\n\ncccc cccc cccc cccc. dddd", 26, "length"), [
      "aa\n\ncccc cccc cccc cccc. ",
      "dddd"
    ])
  })

  it("as many as fit are together, and a long one is cut as usual", () => {
    assert.deepStrictEqual(cut(source, 16, "newline"), ["aa\n\nbb\n\n", "cccc cccc cccc ", "cccc. dddd"])
  })

  it("an empty line in code is no paragraph's end, in Markdown neither", () => {
    const markdown = "```\naa\n\nbb bb bb bb bb bb bb bb bb\n```"
    assert.deepStrictEqual(cut(markdown, 30, "newline"), ["aa\n\nbb bb bb bb bb bb bb bb bb"])
    assert.deepStrictEqual(
      chunks(markdown, 36, "newline").map(({ text }) => text),
      ["```\naa\n\nbb bb bb bb bb bb bb bb \n```", "```\nbb\n```"]
    )
    assert.deepStrictEqual(
      chunks("aa\n\ncccc cccc cccc cccc. dddd", 26, "newline").map(({ text }) => text),
      ["aa\n\n", "cccc cccc cccc cccc. dddd"]
    )
  })
})
