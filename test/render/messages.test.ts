import { assert, it } from "@effect/vitest"
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
