import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { readAnswer } from "../../src/agent/answer.ts"
import { maxAnswerBytes, readBody } from "../../src/agent/body.ts"
import type { ReplyPart } from "../../src/domain/Reply.ts"

const text = (value: string): Array<ReplyPart> => [{ type: "text", text: value }]

const detail = (body: string, format: "json" | "text" | "unsaid") =>
  readAnswer(body, format).pipe(
    Effect.flip,
    Effect.map(({ reason }) => (reason._tag === "Unreadable" ? reason.detail : assert.fail(reason._tag)))
  )

it.effect("plain text loses one trailing newline and nothing else", () =>
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* readAnswer("  chào\n\n", "unsaid"), text("  chào\n"))
    assert.deepStrictEqual(yield* readAnswer("chào\r\n", "text"), text("chào"))
    assert.deepStrictEqual(yield* readAnswer("chào", "unsaid"), text("chào"))
  })
)

it.effect.each(["", "\n", " \r\n\t", `{"text":" \\n"}`, `{"parts":[]}`, `{"text":"","parts":[]}`])(
  "%j is no reply",
  (body) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* readAnswer(body, "unsaid"), [])
    })
)

it.effect("an object with text or parts is JSON, and its text comes first", () =>
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* readAnswer(`{"text":"hi\\n","more":1}\n`, "unsaid"), text("hi\n"))
    const photo: ReplyPart = { type: "photo", url: "https://e.test/a.jpg", caption: "a" }
    const parts: Array<ReplyPart> = [
      photo,
      { type: "text", text: "b" },
      { type: "sticker", sticker: "s" },
      { type: "voice", url: "v" }
    ]
    assert.deepStrictEqual(yield* readAnswer(JSON.stringify({ parts, text: "first" }), "json"), [
      { type: "text", text: "first" },
      ...parts
    ])
  })
)

it.effect.each([`{"answer":1}`, `"text"`, `["text"]`, "12", "null", `{"text":"cut`])(
  "%s is text when nobody says that it is JSON",
  (body) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* readAnswer(body, "unsaid"), text(body))
    })
)

it.effect("what is declared as text is text, JSON or not", () =>
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* readAnswer(`{"text":"hi"}`, "text"), text(`{"text":"hi"}`))
  })
)

it.effect("what is declared as JSON must be an answer", () =>
  Effect.gen(function* () {
    assert.strictEqual(yield* detail("SECRET", "json"), "it is not JSON")
    assert.strictEqual(yield* detail(`{"answer":"SECRET"}`, "json"), "it has neither text nor parts")
    assert.strictEqual(yield* detail(`["text"]`, "json"), "it has neither text nor parts")
  })
)

it.effect.each([
  { body: `{"text":{"a":"SECRET"}}`, path: `["text"]` },
  { body: `{"parts":"SECRET"}`, path: `["parts"]` },
  { body: `{"parts":[{"type":"text","text":"ok"},{"type":"SECRET"}]}`, path: `["parts"][1]` },
  { body: `{"parts":[{"type":"photo","caption":"SECRET"}]}`, path: `["parts"][0]["url"]` },
  { body: `{"parts":[{"text":"SECRET"}]}`, path: `["parts"][0]` }
])("a malformed part is told by its path $path, not by its value", ({ body, path }) =>
  Effect.gen(function* () {
    const told = yield* detail(body, "unsaid")
    assert.include(told, path)
    assert.notInclude(told, "SECRET")
  })
)

it.effect("bytes that are not UTF-8 are unreadable; a byte order mark is dropped", () =>
  Effect.gen(function* () {
    const error = yield* Effect.flip(readBody(Stream.make(new Uint8Array([0x61, 0xff]))))
    assert.deepStrictEqual(error.reason, { _tag: "Unreadable", detail: "it is not UTF-8" })
    assert.strictEqual(yield* readBody(Stream.make(new Uint8Array([0xef, 0xbb, 0xbf, 0x61]))), "a")
  })
)

it.effect("a character may be cut between two pieces", () =>
  Effect.gen(function* () {
    const bytes = new TextEncoder().encode("ề👋")
    assert.strictEqual(yield* readBody(Stream.fromIterable(Array.from(bytes, (byte) => new Uint8Array([byte])))), "ề👋")
  })
)

it.effect("one mebibyte is taken, one byte more is not, and nothing after it is read", () =>
  Effect.gen(function* () {
    const full = new Uint8Array(maxAnswerBytes).fill(0x61)
    assert.strictEqual((yield* readBody(Stream.make(full))).length, 1_048_576)
    let read = 0
    const endless = Stream.make(new Uint8Array(1), full, full).pipe(
      Stream.rechunk(1),
      Stream.tap(() => Effect.sync(() => read++))
    )
    const error = yield* Effect.flip(readBody(endless))
    assert.deepStrictEqual(error.reason, { _tag: "TooLarge", limit: 1_048_576 })
    assert.strictEqual(read, 2)
  })
)
