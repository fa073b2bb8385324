import { assert, it } from "@effect/vitest"
import * as FastCheck from "fast-check"
import { safeName, shapeOf } from "../../src/updates/driftShape.ts"

it("a sample shows keys and kinds of values", () => {
  assert.strictEqual(
    shapeOf({
      event_name: "message.text.received",
      message: {
        date: 1_766_991_175_055,
        ok: true,
        none: null,
        link: "https://a.test/b",
        items: [{ id: "x" }, 2, 3],
        no: []
      }
    }),
    `{"event_name":"string(21)","message":{"date":"number","ok":"boolean","none":"null","link":"string(16)",` +
      `"items":[{"id":"string(1)"},"2 more"],"no":"array(0)"}}`
  )
  assert.strictEqual(shapeOf(undefined), `"undefined"`)
})

it("names that programmers choose are shown, and others only by their length", () => {
  for (const name of ["link", "photo_url", "mp3_url", "errorCode", "message.poll.received", "thumb_240", "_"]) {
    assert.strictEqual(safeName(name), name)
  }
  for (const name of [
    "ae800e9657c5be9be7d4",
    "zgr-f8a7101d77709e2ec761",
    "4055584533866160964",
    "0912345678",
    "lan0912345678",
    "Nguyễn",
    "xin chao",
    "https://a.test",
    "lan@a.test",
    "x".repeat(41),
    ""
  ]) {
    assert.strictEqual(safeName(name), `key(${name.length})`)
  }
})

it("nothing that anybody wrote is in a sample, and no sample is long", () => {
  // Signs that neither a kind of value nor a name that is shown can hold.
  const words = FastCheck.string({ unit: FastCheck.constantFrom("é", "@", "/", "9", " ", '"', "\\"), minLength: 4 })
  const key = FastCheck.oneof(words, FastCheck.stringMatching(/^[a-z_]{1,12}$/))
  const { value } = FastCheck.letrec((tie) => ({
    value: FastCheck.oneof(
      { maxDepth: 9 },
      words,
      FastCheck.double(),
      FastCheck.boolean(),
      FastCheck.constant(null),
      FastCheck.array(tie("value"), { maxLength: 40 }),
      FastCheck.dictionary(key, tie("value"), { maxKeys: 40 })
    )
  }))
  const shown =
    /^(?:[[\]{}:,]|"(?:[a-z_]{1,12}|key\(\d+\)|string\(\d+\)|(?:array|object)\(\d+\)|number|boolean|null|\d+ more|…)")*$/
  FastCheck.assert(
    FastCheck.property(value, (body) => {
      const sample = shapeOf(body)
      assert.isAtMost(sample.length, 1_000)
      assert.match(sample, shown)
    }),
    { numRuns: 500 }
  )
})

it("a wide and deep body has a short sample all the same", () => {
  const wide = (depth: number): unknown =>
    depth === 0
      ? "x"
      : Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`key_${"a".repeat(n)}`, wide(depth - 1)]))
  const sample = shapeOf(wide(3))
  assert.isAtMost(sample.length, 1_000)
  assert.include(sample, "object(30)")
  assert.include(sample, "6 more")
})
