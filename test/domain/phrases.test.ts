import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { saysOneOf } from "../../src/domain/phrases.ts"

const phrases = ["/human", "gặp nhân viên", "Đổi trả"]

describe("a phrase", () => {
  it("is said in any case, with wide gaps, an end mark, or all its accents left out", () => {
    for (const text of [
      "/human",
      " /HUMAN ",
      "Gặp nhân viên!",
      "gặp   nhân\nviên...",
      "GAP NHAN VIEN",
      "gặp nhân viên".normalize("NFD"),
      "doi tra",
      "ĐỔI TRẢ?"
    ]) {
      assert.isTrue(saysOneOf(text, phrases), text)
    }
  })

  it("is not said by a part of it, by more than it, or with other accents", () => {
    for (const text of [
      "",
      "   ",
      "?!",
      "human",
      "gặp nhân",
      "tôi muốn gặp nhân viên",
      "gắp nhãn viên",
      "gap nhân viên"
    ]) {
      assert.isFalse(saysOneOf(text, phrases), text)
    }
    assert.isFalse(saysOneOf("/human", []))
  })

  it("always says itself, and without accents too", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (phrase) => {
        const meaningful = /[\p{L}\p{N}]/u.test(phrase)
        assert.strictEqual(!meaningful || saysOneOf(phrase, [phrase]), true)
        assert.strictEqual(
          !meaningful || saysOneOf(`  ${phrase.toUpperCase().toLowerCase()} `, [phrase.toUpperCase().toLowerCase()]),
          true
        )
      })
    )
  })
})
