import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { withoutArtifacts } from "../../src/render/artifacts.ts"

describe("what people should not see goes", () => {
  it.each([
    ["reasoning", "<think>hm\n\nhm</think>\n\nChào!", "Chào!"],
    ["reasoning by its other names, in any case", "<Thinking>a</Thinking>b<reasoning>c</reasoning>d", "bd"],
    ["reasoning with code in it", "<think>\n```\na\n</think>\nChào!", "Chào!"],
    ["reasoning that never ends", "Chào!\n<think>hm\nhm", "Chào!\n"],
    ["reasoning whose beginning the model left out", "hm\nhm\n</think>\nChào!", "Chào!"],
    ["what is said to tools", 'a <tool_call>{"name":"x"}</tool_call> b', "a  b"],
    ["tags around the answer", "<final>Chào!</final>", "Chào!"],
    ["control tokens", "Chào!<|im_end|>", "Chào!"],
    ["reports of tools that failed", "a\n⚠️ 🛠️ Exec: ls failed: exit 1\nb\n⚠ 🛠 Read failed", "a\nb\n"]
  ])("%s", (_name, text, expected) => {
    assert.strictEqual(withoutArtifacts(text), expected)
  })
})

describe("what they should see stays", () => {
  it.each([
    ["the same in a code block", "```xml\n<think>a</think>\n⚠️ 🛠️ x failed\n<|im_end|>\n```\n<final>b"],
    ["the same in an indented block's fence", "  ~~~~\n<think>a\n~~~\n</think>\n  ~~~~\nb"],
    ["the same in a line of code", "the tag `<think>` and ``a `</think>` b`` <x>"],
    ["a block that is not closed", "```\n<think>a</think>"],
    ["a tag in a sentence", "it begins with <think>, they say"],
    ["an end in a sentence", "it ends with </think>, they say"],
    ["other warnings", "⚠️ failed\n🛠️ failed\n⚠️ 🛠️ fine"],
    ["comparisons", "a <| b |> c, 1 <2"],
    ["names that begin alike", "<thinker>a</thinker>"]
  ])("%s", (_name, text) => {
    const kept = text.replace("<final>", "")
    assert.strictEqual(withoutArtifacts(text), kept)
  })

  it("an answer without any of it, unit by unit", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("a", "\n", "`", "```", "<b>", "⚠️", " ", "~~~\n", "<", "|", ">")),
        (parts) => {
          assert.strictEqual(withoutArtifacts(parts.join("")), parts.join(""))
        }
      )
    )
  })
})

it("an inline backtick that nothing closes hides nothing", () => {
  assert.strictEqual(withoutArtifacts("a ` b\n\n<think>c</think>d ` e"), "a ` b\n\nd ` e")
  assert.strictEqual(withoutArtifacts("``` a ``` <think>b</think>c"), "``` a ``` c")
})
