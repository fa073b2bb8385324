import { assert, it } from "@effect/vitest"
import * as fc from "fast-check"
import { type Answer, Reader } from "../../src/agent/openai/Reader.ts"
import { event, events, piece } from "./openai-server.ts"

const said = ["Chào ", "bạn Lan", " 👨‍👩‍👧 ", "nhé", '! {"data": [DONE]}']
const stream = new TextEncoder().encode(["\uFEFF: a comment\r\n\r\n", ...events(said)].join(""))

const read = (pieces: Iterable<Uint8Array>) => {
  const reader = new Reader()
  for (const one of pieces) {
    const fault = reader.feed(one)
    if (fault !== undefined) return fault
  }
  return reader.end()
}

const cutAt = (bytes: Uint8Array, places: ReadonlyArray<number>): ReadonlyArray<Uint8Array> => {
  const cuts = [0, ...[...places].sort((a, b) => a - b), bytes.length]
  return cuts.slice(1).map((end, n) => bytes.subarray(cuts[n], end))
}

const expected: Answer = { text: said.join(""), usage: { input: 7, output: 5 }, finish: "stop" }

it("a stream torn in two at any byte comes out whole", () => {
  for (let at = 0; at <= stream.length; at++) assert.deepStrictEqual(read(cutAt(stream, [at])), expected, `at ${at}`)
})

it("a stream torn into single bytes comes out whole", () => {
  assert.deepStrictEqual(read(Array.from(stream, (byte) => Uint8Array.of(byte))), expected)
})

it("a stream torn anywhere, any number of times, with any line ends, comes out whole", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: "grapheme", minLength: 1 }), { minLength: 1 }),
      fc.constantFrom("\n", "\r\n", "\r"),
      fc.array(fc.nat(5_000)),
      (texts, lineEnd, places) => {
        const bytes = new TextEncoder().encode(events(texts).join("").replaceAll("\n", lineEnd))
        const cuts = places.map((place) => place % (bytes.length + 1))
        assert.deepStrictEqual(read(cutAt(bytes, cuts)), { ...expected, text: texts.join("") })
      }
    )
  )
})

it("a stream that ends anywhere before its end is no answer", () => {
  // The reason to end is in the event before the usage.
  const whole = new TextEncoder().encode(events(said).slice(0, -2).join(""))
  for (let length = 0; length < whole.length - 1; length++) {
    const found = read([whole.subarray(0, length)])
    assert.isTrue("error" in found && found.error.reason._tag === "Unreadable", `of ${length} bytes`)
  }
  assert.isTrue("text" in read([whole]))
})

it("a fault is told at once wherever the stream is torn, and asked again only before the answer began", () => {
  const bad = event({ error: { code: "overloaded" } })
  for (const [before, again] of [
    ["", true],
    [piece("Chà"), false]
  ] as const) {
    const bytes = new TextEncoder().encode(before + bad + piece("never read"))
    for (let at = 0; at <= bytes.length; at++) {
      const found = read(cutAt(bytes, [at]))
      assert.isTrue("error" in found && found.error.reason._tag === "Failed" && found.again === again, `at ${at}`)
    }
  }
})
