import { assert, describe, it } from "@effect/vitest"
import type { OutboundPayload } from "../../src/domain/Reply.ts"
import { render } from "../../src/render/messages.ts"

const limit = 20

it("texts become messages in pieces, stickers and voice go as they are, in order", () => {
  assert.deepStrictEqual(
    render(
      [
        { type: "text", text: "aaaa bbbb cccc dddd eeee" },
        { type: "sticker", sticker: "s" },
        { type: "voice", url: "https://e.test/v.aac" },
        { type: "text", text: "end" }
      ],
      { limit }
    ),
    [
      { _tag: "Text", text: "aaaa bbbb cccc dddd " },
      { _tag: "Text", text: "eeee" },
      { _tag: "Sticker", sticker: "s" },
      { _tag: "Voice", url: "https://e.test/v.aac" },
      { _tag: "Text", text: "end" }
    ]
  )
})

it("a photo takes what its caption can hold, and the rest follows as texts", () => {
  assert.deepStrictEqual(
    render([{ type: "photo", url: "https://e.test/a.jpg", caption: "aaaa bbbb cccc dddd eeee" }], { limit }),
    [
      { _tag: "Photo", url: "https://e.test/a.jpg", caption: "aaaa bbbb cccc dddd " },
      { _tag: "Text", text: "eeee" }
    ]
  )
})

it("a blank caption is none, and a local path is still a photo", () => {
  assert.deepStrictEqual(
    render(
      [
        { type: "photo", url: "/tmp/a.jpg", caption: " \n" },
        { type: "photo", url: "b.jpg" }
      ],
      { limit }
    ),
    [
      { _tag: "Photo", url: "/tmp/a.jpg" },
      { _tag: "Photo", url: "b.jpg" }
    ]
  )
})

it("blank texts vanish", () => {
  assert.deepStrictEqual(render([{ type: "text", text: " \n" }], { limit, responsePrefix: "[bot]" }), [])
  assert.deepStrictEqual(render([], { limit }), [])
})

it("the prefix goes once before the first words, text or caption, and counts toward the limit", () => {
  const sticker = { type: "sticker", sticker: "s" } as const
  const blank = { type: "text", text: " " } as const
  assert.deepStrictEqual(
    render([sticker, blank, { type: "text", text: "aaaa bbbb cccc d" }, { type: "text", text: "e" }], {
      limit,
      responsePrefix: "[bot]"
    }),
    [
      { _tag: "Sticker", sticker: "s" },
      { _tag: "Text", text: "[bot] aaaa bbbb " },
      { _tag: "Text", text: "cccc d" },
      { _tag: "Text", text: "e" }
    ]
  )
  assert.deepStrictEqual(render([{ type: "photo", url: "u", caption: "hi" }], { limit, responsePrefix: "[bot]" }), [
    { _tag: "Photo", url: "u", caption: "[bot] hi" }
  ])
  assert.deepStrictEqual(render([{ type: "text", text: "hi" }], { limit, responsePrefix: "" }), [
    { _tag: "Text", text: "hi" }
  ])
})

it("what no database can hold is replaced", () => {
  assert.deepStrictEqual(
    render(
      [
        { type: "text", text: "a\0b\ud800" },
        { type: "photo", url: "u\0", caption: "c\0" },
        { type: "sticker", sticker: "s\0" },
        { type: "voice", url: "v\0" }
      ],
      { limit }
    ),
    [
      { _tag: "Text", text: "a\ufffdb\ufffd" },
      { _tag: "Photo", url: "u\ufffd", caption: "c\ufffd" },
      { _tag: "Sticker", sticker: "s\ufffd" },
      { _tag: "Voice", url: "v\ufffd" }
    ]
  )
})

const rich = "# Chào\n\n**đậm** và `mã`"

describe("Markdown", () => {
  it("is words with styles, unless said otherwise", () => {
    const expected: ReadonlyArray<OutboundPayload> = [
      {
        _tag: "Text",
        text: "Chào\n\nđậm và mã",
        styles: [
          { start: 0, len: 4, st: ["b", "f_20"] },
          { start: 6, len: 3, st: ["b"] }
        ]
      }
    ]
    assert.deepStrictEqual(render([{ type: "text", text: rich }], { limit: 100 }), expected)
    assert.deepStrictEqual(render([{ type: "text", text: rich, format: "markdown" }], { limit: 100 }), expected)
  })

  it("or the same words alone, or Markdown for Zalo to read", () => {
    assert.deepStrictEqual(render([{ type: "text", text: rich }], { limit: 100, mode: "plain" }), [
      { _tag: "Text", text: "Chào\n\nđậm và mã" }
    ])
    assert.deepStrictEqual(render([{ type: "text", text: "```\naaaa\nbbbb\n```" }], { limit: 14, mode: "markdown" }), [
      { _tag: "Text", text: "```\naaaa\n```", parseMode: "markdown" },
      { _tag: "Text", text: "```\nbbbb\n```", parseMode: "markdown" }
    ])
  })

  it("has its tables as it is told, and is cut as it is told", () => {
    const parts = [{ type: "text", text: "| a | b |\n|-|-|\n| c | d |" }] as const
    assert.deepStrictEqual(render(parts, { limit: 100, mode: "plain", tables: "bullets" }), [
      { _tag: "Text", text: "c\n• b: d" }
    ])
    assert.deepStrictEqual(
      render([{ type: "text", text: "aa\n\nbbbb bbbb bbbb" }], { limit, mode: "plain", chunkMode: "newline" }),
      [{ _tag: "Text", text: "aa\n\nbbbb bbbb bbbb" }]
    )
    assert.deepStrictEqual(
      render([{ type: "text", text: "aa\n\nbbbb bbbb bbbb bb" }], { limit, mode: "plain", chunkMode: "newline" }),
      [
        { _tag: "Text", text: "aa\n\n" },
        { _tag: "Text", text: "bbbb bbbb bbbb bb" }
      ]
    )
  })

  it("of a caption loses its look, and the rest of it behind the photo has it", () => {
    const part = { type: "photo", url: "https://e.test/a.jpg", caption: "aaaa **bbbb** cccc dddd *eeee*" } as const
    assert.deepStrictEqual(render([part], { limit }), [
      { _tag: "Photo", url: "https://e.test/a.jpg", caption: "aaaa bbbb cccc dddd " },
      { _tag: "Text", text: "eeee", styles: [{ start: 0, len: 4, st: ["i"] }] }
    ])
    assert.deepStrictEqual(render([part], { limit, mode: "markdown" }), [
      { _tag: "Photo", url: "https://e.test/a.jpg", caption: "aaaa bbbb cccc dddd " },
      { _tag: "Text", text: "eeee" }
    ])
  })

  it("has a prefix that is no Markdown, on a line of its own before a list, a table or code", () => {
    const first = (text: string, mode: "styles" | "markdown") =>
      render([{ type: "text", text }], { limit: 100, mode, responsePrefix: "*[bot]*" })[0]
    assert.deepStrictEqual(first("**a**", "styles"), {
      _tag: "Text",
      text: "*[bot]* a",
      styles: [{ start: 8, len: 1, st: ["b"] }]
    })
    assert.deepInclude(first("- a", "styles"), { text: "*[bot]*\n• a" })
    assert.deepInclude(first("```\na\n```", "styles"), { text: "*[bot]*\na" })
    assert.deepInclude(first("- a", "markdown"), { text: "*[bot]*\n- a" })
    assert.deepInclude(first("a", "markdown"), { text: "*[bot]* a" })
  })

  it("that says nothing is no message, and its prefix goes to the next one", () => {
    assert.deepStrictEqual(
      render(
        [
          { type: "text", text: "<!-- a -->" },
          { type: "text", text: "<think>a</think>" },
          { type: "text", text: "b" }
        ],
        { limit, responsePrefix: "[bot]" }
      ),
      [{ _tag: "Text", text: "[bot] b" }]
    )
  })
})

it("plain words go out as they were typed, in every mode", () => {
  for (const mode of ["styles", "markdown", "plain"] as const) {
    const text = "*a* <think>b</think>\n```\n  {red}"
    assert.deepStrictEqual(render([{ type: "text", text, format: "plain" }], { limit: 100, mode }), [
      { _tag: "Text", text }
    ])
    assert.deepStrictEqual(render([{ type: "photo", url: "u", caption: "*a*", format: "plain" }], { limit, mode }), [
      { _tag: "Photo", url: "u", caption: "*a*" }
    ])
  }
})

it("a model's leftovers are taken out, unless they are wanted", () => {
  const parts = [{ type: "text", text: "<think>a</think>b" }] as const
  assert.deepStrictEqual(render(parts, { limit }), [{ _tag: "Text", text: "b" }])
  assert.deepStrictEqual(render(parts, { limit, mode: "markdown" }), [
    { _tag: "Text", text: "b", parseMode: "markdown" }
  ])
  assert.deepStrictEqual(render(parts, { limit: 40, filterArtifacts: false }), [
    { _tag: "Text", text: "<think>a</think>b" }
  ])
})
