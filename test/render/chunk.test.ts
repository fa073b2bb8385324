import { assert, describe, it } from "@effect/vitest"
import { chunks, chunkText } from "../../src/render/chunk.ts"

describe("where a text is cut", () => {
  it("a text that fits is one piece, as it is", () => {
    assert.deepStrictEqual(chunkText("  chào\n\n", 8), ["  chào\n\n"])
    assert.deepStrictEqual(chunkText("x".repeat(2000)), ["x".repeat(2000)])
    assert.strictEqual(chunkText("x".repeat(2001)).length, 2)
  })

  it("a text without ink is no piece", () => {
    for (const text of ["", " ", "\n\t\r\n", " ".repeat(5000), "\u00a0\ufeff"])
      assert.deepStrictEqual(chunkText(text), [])
  })

  it("a paragraph is preferred to a line, a line to a sentence, a sentence to a word, a word to a letter", () => {
    assert.deepStrictEqual(chunkText("aaa bb.\n\ncc\ndd. ee ff", 20), ["aaa bb.\n\n", "cc\ndd. ee ff"])
    assert.deepStrictEqual(chunkText("aaa bb.\ncc. dd ee ff", 18), ["aaa bb.\n", "cc. dd ee ff"])
    assert.deepStrictEqual(chunkText("aaa bb. cc dd ee ff", 18), ["aaa bb. ", "cc dd ee ff"])
    assert.deepStrictEqual(chunkText("aaa bb cc dd ee ff", 16), ["aaa bb cc dd ee ", "ff"])
    assert.deepStrictEqual(chunkText("aaaabbbbcc", 4), ["aaaa", "bbbb", "cc"])
  })

  it("a better place that leaves the message nearly empty is passed over", () => {
    assert.deepStrictEqual(chunkText("a\n\nbbbb cccc dddd eeee ffff", 20), ["a\n\nbbbb cccc dddd ", "eeee ffff"])
  })

  it("blanks stay at the end of the piece before, indentation with its line", () => {
    assert.deepStrictEqual(chunkText("one two   three", 11), ["one two   ", "three"])
    assert.deepStrictEqual(chunkText("one\r\n\r\n  two three", 12), ["one\r\n\r\n", "  two three"])
    assert.deepStrictEqual(chunkText("- one\n    - two\n", 12), ["- one\n", "    - two\n"])
  })

  it("sentences end with Vietnamese and Chinese marks, with quotes behind them, but not inside numbers", () => {
    assert.deepStrictEqual(chunkText("Được không? Được chứ, mời vào", 25), ["Được không? ", "Được chứ, mời vào"])
    assert.deepStrictEqual(chunkText("Thôi… vậy thì mai nhé", 20), ["Thôi… ", "vậy thì mai nhé"])
    assert.deepStrictEqual(chunkText("“Ừ!” chị ấy nói vậy đó", 20), ["“Ừ!” ", "chị ấy nói vậy đó"])
    assert.deepStrictEqual(chunkText("你好。世界很大很大很大", 10), ["你好。", "世界很大很大很大"])
    assert.deepStrictEqual(chunkText("他说「好。」然后走了很远", 10), ["他说「好。」", "然后走了很远"])
    assert.deepStrictEqual(chunkText("pi là 3.14159 nhé", 15), ["pi là 3.14159 ", "nhé"])
  })

  it("a line is not broken at a no-break space", () => {
    assert.deepStrictEqual(chunkText("giá là 10\u00a0000\u00a0đồng", 13), ["giá là ", "10\u00a0000\u00a0đồng"])
  })

  it("no piece is blank: the end of the text keeps a word with its blanks", () => {
    assert.deepStrictEqual(chunkText("aaaa bbbb\n", 9), ["aaaa ", "bbbb\n"])
    assert.deepStrictEqual(chunkText("abcdefghi\n", 9), ["abcdefgh", "i\n"])
    assert.deepStrictEqual(chunkText(`ab${" ".repeat(12)}cd`, 10), [`ab${" ".repeat(8)}`, "    cd"])
    assert.deepStrictEqual(
      chunkText(`ab${" ".repeat(30)}cd`, 10)
        .join("")
        .replaceAll(" ", ""),
      "abcd"
    )
  })
})

describe("what is never cut", () => {
  it.each([
    ["a family", "👨‍👩‍👧‍👦"],
    ["a skin tone", "👋🏽"],
    ["a flag", "🇻🇳"],
    ["a decomposed Vietnamese letter", "ề".normalize("NFD")],
    ["a keycap", "1️⃣"],
    ["CRLF", "x\r\n"],
    ["a Devanagari conjunct", "क्षि"]
  ])("%s stays whole", (_name, grapheme) => {
    for (let limit = grapheme.length; limit <= 4 * grapheme.length; limit++) {
      const pieces = chunkText(grapheme.repeat(9), limit)
      assert.strictEqual(pieces.join(""), grapheme.repeat(9))
      for (const piece of pieces) assert.strictEqual(piece.length % grapheme.length, 0)
    }
  })

  it("a grapheme longer than a message is cut between code points", () => {
    const zalgo = `e${"\u0301".repeat(25)}`
    assert.deepStrictEqual(
      chunkText(zalgo, 10).map((piece) => piece.length),
      [10, 10, 6]
    )
    assert.deepStrictEqual(chunkText("👨‍👩‍👧", 4), ["👨\u200d", "👩\u200d", "👧"])
    assert.deepStrictEqual(chunkText("👋👋", 1), ["👋", "👋"])
    assert.deepStrictEqual(chunkText("👋👋", 3), ["👋", "👋"])
  })
})

const block = (lines: number, info: string, indent = "", marker = "```") =>
  `${indent}${marker}${info}\n${Array.from({ length: lines }, (_, n) => `${indent}  line ${n}\n`).join("")}${indent}${marker}\n`

describe("code", () => {
  it("a cut fence is closed and opened again with its marker, language and indentation", () => {
    const text = block(6, "ts", "  ", "~~~~")
    assert.deepStrictEqual(chunks(text, 50), [
      { text: "  ~~~~ts\n    line 0\n    line 1\n    line 2\n  ~~~~", opened: "", closed: "  ~~~~" },
      { text: "  ~~~~ts\n    line 3\n    line 4\n    line 5\n  ~~~~\n", opened: "  ~~~~ts\n", closed: "" }
    ])
  })

  it("a line of code that is too long is cut inside, between two fences", () => {
    assert.deepStrictEqual(chunkText(`\`\`\`js\n${"x".repeat(40)}\n\`\`\``, 30), [
      `\`\`\`js\n${"x".repeat(20)}\n\`\`\``,
      `\`\`\`js\n${"x".repeat(20)}\n\`\`\``
    ])
  })

  it("what the opening line says is kept whole if there is room, else only the language", () => {
    const long = block(8, 'ts title="a/b.ts" {1,3}')
    assert.isTrue(chunks(long, 100)[1]?.opened === '```ts title="a/b.ts" {1,3}\n')
    assert.isTrue(chunks(long, 50)[1]?.opened === "```ts\n")
    assert.isTrue(chunks(block(8, ` ${"x".repeat(30)}`), 40)[1]?.opened === "```\n")
  })

  it("a block that fits into one message is not cut", () => {
    const text = `${"word ".repeat(10)}\n${block(5, "ts")}`
    assert.deepStrictEqual(chunkText(text, 70), [`${"word ".repeat(10)}\n`, block(5, "ts")])
  })

  it("a fence is not closed right behind its opening line, nor opened to be closed at once", () => {
    for (let limit = 40; limit < 120; limit++) {
      for (const piece of chunkText(`${"word ".repeat(9)}\n\n${block(20, "ts")}end`, limit)) {
        assert.notMatch(piece, /```ts\n```/)
      }
    }
  })

  it("an unclosed fence goes on to the end and is not closed there", () => {
    const text = block(9, "ts").slice(0, -4)
    const pieces = chunks(text, 40)
    assert.isAbove(pieces.length, 2)
    assert.strictEqual(pieces.at(-1)?.closed, "")
    assert.isTrue(pieces.slice(1).every((piece) => piece.opened === "```ts\n"))
  })

  it("a shorter or another fence inside does not close it", () => {
    const text = `\`\`\`\`md\n\`\`\`js\n${"code\n".repeat(10)}\`\`\`\n~~~~\n${"more\n".repeat(10)}\`\`\`\`\n`
    assert.isTrue(
      chunks(text, 50)
        .slice(1)
        .every((piece) => piece.opened === "````md\n")
    )
  })

  it("three backticks inside a line are no fence, and no cut makes them one", () => {
    const text = `aaaaa bbbbb \`\`\`ccccc ddddd\`\`\` ${"eeeee ".repeat(5)}`
    for (let limit = 10; limit < 40; limit++) {
      for (const piece of chunks(text, limit)) {
        assert.strictEqual(piece.opened + piece.closed, "")
        assert.notMatch(piece.text, /^ {0,3}```[^`]*$/m)
      }
    }
  })

  it("a limit that leaves no room for fences goes without them", () => {
    const text = block(3, "typescript")
    const pieces = chunks(text, 10)
    assert.strictEqual(pieces.map((piece) => piece.text).join(""), text)
    assert.isTrue(pieces.every((piece) => piece.text.length <= 10))
  })
})

it("the time grows with the length, not with its square", () => {
  const texts = [
    "xin chào các bạn. ".repeat(6_000),
    "x".repeat(100_000),
    "👨‍👩‍👧‍👦".repeat(9_000),
    `\`\`\`js\n${"let x = 1\n".repeat(10_000)}\`\`\``,
    "\n".repeat(100_000) + "x",
    " \u0301".repeat(50_000),
    "`".repeat(100_000),
    "```\n".repeat(25_000),
    "e" + "\u0301".repeat(100_000)
  ]
  for (const text of texts) {
    for (const limit of [1, 10, 2000, 50_000]) {
      const before = performance.now()
      chunks(text, limit)
      const spent = performance.now() - before
      assert.isBelow(spent, 3000, `${JSON.stringify(text.slice(0, 5))} at ${limit}`)
    }
  }
}, 60_000)
