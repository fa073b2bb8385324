import { assert, it } from "@effect/vitest"
import { printable, table } from "../../src/cli/table.ts"

it("columns line up whatever the marks", () => {
  const decomposed = "Nguyễn".normalize("NFD")
  assert.isAbove(decomposed.length, "Nguyễn".length)
  const [head, first, second] = table(
    ["A", "B"],
    [
      [decomposed, "1"],
      ["Nguyễn", "2"]
    ]
  ).split("\n")
  assert.deepStrictEqual([head, second], ["A       B", "Nguyễn  2"])
  assert.strictEqual(first, `${decomposed}  1`)
})

it("nothing that a terminal obeys gets through", () => {
  assert.strictEqual(
    printable("a\u001b[31m\u0007\nb\u202ec\u009bd"),
    "a\u{fffd}[31m\u{fffd}\u{fffd}b\u{fffd}c\u{fffd}d"
  )
  assert.strictEqual(printable("Lan 👩‍👩‍👧 Hà Nội"), "Lan 👩‍👩‍👧 Hà Nội")
})
