import { assert, it } from "@effect/vitest"
import * as Result from "effect/Result"
import { readTargets } from "../../src/cli/targets.ts"

const read = (text: string) => Result.getOrThrow(readTargets(text))
const problem = (text: string) => Result.getOrThrow(Result.flip(readTargets(text)))

it("one chat a line, prefixes off, comments and blank lines left out, each once", () => {
  assert.deepStrictEqual(read("\uFEFF# khách\r\nabc\r\n\r\nzalo:user:def\n  abc  \n"), {
    chats: ["abc", "def"],
    repeated: 1
  })
})

it("CSV by its chat column, wherever it stands and however it is quoted", () => {
  assert.deepStrictEqual(read('name,chat,note\n"Le, An",abc,"say ""hi"""\nB,def,\nC,,\n').chats, ["abc", "def"])
  assert.deepStrictEqual(read("Name;ChatId\nAn;abc\n").chats, ["abc"])
  assert.deepStrictEqual(read("chat\nabc\ndef").chats, ["abc", "def"])
})

it("what is neither is told with its line", () => {
  assert.include(problem(""), "names no chat")
  assert.include(problem("# nothing\n"), "names no chat")
  assert.include(problem("chat\n"), "names no chat")
  assert.include(problem("id,name\nabc,An\n"), 'no column of it is called "chat"')
  assert.include(problem("abc\nđây là một câu\n"), "line 2")
})
