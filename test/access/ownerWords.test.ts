import { assert, it } from "@effect/vitest"
import { guessWindow, makeGuesses, mostGuesses } from "../../src/access/guesses.ts"
import { ownerWord } from "../../src/access/ownerWords.ts"

it.each([
  ["ok ABCD2345", "approve", "ABCD2345"],
  ["  OK   abcd-2345 ", "approve", "ABCD2345"],
  ["Ok abcd 2345.", "approve", "ABCD2345"],
  ["Duyệt ABCD2345", "approve", "ABCD2345"],
  ["duyệt ABCD2345".normalize("NFD"), "approve", "ABCD2345"],
  ["APPROVE ABCDEFGH", "approve", "ABCDEFGH"],
  ["no ABCD2345", "decline", "ABCD2345"],
  ["TỪ  CHỐI abcd2345", "decline", "ABCD2345"],
  ["decline abcd2345", "decline", "ABCD2345"],
  ["block abcd2345", "block", "ABCD2345"],
  ["chặn abcd2345", "block", "ABCD2345"],
  ["ok", "approve", undefined],
  ["OK!", "approve", undefined],
  ["Từ chối", "decline", undefined],
  ["chặn", "block", undefined]
] as const)("%j is a word: %s", (text, decision, code) => {
  assert.deepStrictEqual(ownerWord(text), { decision, code })
})

it.each([
  "",
  "okay",
  "ok thanks",
  "ok, ABCD2345",
  "okABCD2345",
  "ok ABCD234",
  "ok ABCD23456",
  "ok ABCD0123",
  "ok call them",
  "ok AB CD 23 45",
  "no problem",
  "từ",
  "ABCD2345",
  "ok ok ABCD2345"
])("%j is something that the owner says to the bot", (text) => {
  assert.isUndefined(ownerWord(text))
})

it("ten wrong codes in ten minutes are let pass, by each, and then none is looked at until they are over", () => {
  const guesses = makeGuesses()
  for (let n = 1; n < mostGuesses; n++) assert.isFalse(guesses.wrong("thu", n))
  assert.strictEqual(guesses.wait("thu", 9), 0)
  assert.isTrue(guesses.wrong("thu", 10))
  assert.strictEqual(guesses.wait("thu", 11), guessWindow + 1 - 11)
  assert.strictEqual(guesses.wait("minh", 11), 0)
  assert.strictEqual(guesses.wait("thu", guessWindow + 1), 0)
  assert.isFalse(guesses.wrong("thu", guessWindow + 1))
})
