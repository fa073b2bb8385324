import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { admits, admitsGroup, lists, normalizeEntry } from "../../src/access/entries.ts"
import { normalizeCode } from "../../src/access/code.ts"

describe("entries", () => {
  it.each([
    ["6EDE9afa", "6ede9afa"],
    ["  6ede  ", "6ede"],
    ["zalo:6ede", "6ede"],
    ["ZL: 6ede ", "6ede"],
    ["Zalo:zl:6ede", "zl:6ede"],
    ["zalouser", "zalouser"],
    ["*", "*"],
    ["zalo:ZGR-1", "zgr-1"]
  ])("%s is read as %s", (entry, id) => {
    assert.strictEqual(normalizeEntry(entry), id)
  })

  it.prop("a prefix, blanks and case never make a difference", [Schema.String], ([id]) => {
    const plain = normalizeEntry(`zalo:${id}`)
    assert.strictEqual(normalizeEntry(` ZALO: ${id.toUpperCase()} `), normalizeEntry(`zalo:${id.toUpperCase()}`))
    assert.strictEqual(normalizeEntry(`zl:${id}\t`), plain)
    assert.strictEqual(plain, plain.trim().toLowerCase())
  })

  it("a list admits by name or by the star, whatever the case of the id", () => {
    assert.isTrue(admits(["6ede"], "6EDE"))
    assert.isTrue(admits(["*"], "anyone"))
    assert.isFalse(admits(["6ede"], "7777"))
    assert.isFalse(lists(["*"], "anyone"))
  })

  it("only a group's own id admits a group", () => {
    assert.isTrue(admitsGroup(["zgr-1"], "ZGR-1"))
    assert.isFalse(admitsGroup(["*"], "zgr-1"))
    assert.isFalse(admitsGroup(["6ede"], "6ede"))
  })

  it("a code may be typed in small letters, with gaps", () => {
    assert.strictEqual(normalizeCode(" abcd-23 45\n"), "ABCD2345")
  })
})
