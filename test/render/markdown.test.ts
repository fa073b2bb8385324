import { assert, describe, it } from "@effect/vitest"
import { markdown } from "../../src/render/markdown.ts"
import { shown } from "./shown.ts"

const look = (source: string) => shown(markdown(source))

describe("looks", () => {
  it.each([
    ["bold, both ways", "**a** __b__", "⟨b|a⟩ ⟨b|b⟩"],
    ["italic, both ways", "*a* _b_", "⟨i|a⟩ ⟨i|b⟩"],
    ["bold and italic", "***a*** **b *c* d**", "⟨b,i|a⟩ ⟨b|b ⟩⟨b,i|c⟩⟨b| d⟩"],
    ["strike", "~~a~~", "⟨s|a⟩"],
    ["underline by HTML and by Zalo's markup", "<u>a</u> {underline}b{/underline}", "⟨u|a⟩ ⟨u|b⟩"],
    ["bold and italic by HTML", "<b>a</b> <em>b</em> <del>c</del>", "⟨b|a⟩ ⟨i|b⟩ ⟨s|c⟩"],
    [
      "Zalo's colours",
      "{red}a{/red}{orange}b{/orange}{yellow}c{/yellow}{green}d{/green}",
      "⟨c_db342e|a⟩⟨c_f27806|b⟩⟨c_f7b503|c⟩⟨c_15a85f|d⟩"
    ],
    ["larger", "{big}a{/big}", "⟨f_18|a⟩"],
    ["looks that overlap", "{red}a **b{/red} c**", "⟨c_db342e|a ⟩⟨b,c_db342e|b⟩⟨b| c⟩"],
    [
      "the inner colour wins, and the outer one comes back",
      "{red}a{green}b{/green}c{/red}",
      "⟨c_db342e|a⟩⟨c_15a85f|b⟩⟨c_db342e|c⟩"
    ],
    ["neighbours that look alike are one run", "**a**<b>b</b>", "⟨b|ab⟩"],
    ["a run goes on over a line's end", "**a\nb**", "⟨b|a\nb⟩"],
    ["Zalo's markup without its other half is words", "{red} a {/green} {b} {{red}}", "{red} a {/green} {b} {{red}}"],
    ["a look that nobody closed ends with its paragraph", "<b>a\n\nb", "⟨b|a⟩\n\nb"],
    ["arithmetic and names are no looks", "2 * 3 * 4, so_many_words, 5 ** 2", "2 * 3 * 4, so_many_words, 5 ** 2"],
    ["escapes and entities", "\\*a\\* &amp; &lt;b&gt; &#7873;", "*a* & <b> ề"]
  ])("%s", (_name, source, expected) => {
    assert.strictEqual(look(source), expected)
  })
})

describe("headings", () => {
  it("are bold, the two upper ones larger, with the looks of their own words", () => {
    assert.strictEqual(
      look("# A *b*\n## C\n### D\n#### E\nF\n==="),
      "⟨b,f_20|A ⟩⟨b,i,f_20|b⟩\n⟨b,f_18|C⟩\n⟨b|D⟩\n⟨b|E⟩\n⟨b,f_20|F⟩"
    )
  })
})

describe("lists", () => {
  it("have bullets by depth, in the text", () => {
    assert.strictEqual(
      look("- a\n- **b**\n  - c\n    - d\n      - e\n\nf"),
      "• a\n• ⟨b|b⟩\n  ◦ c\n    ▪ d\n      • e\n\nf"
    )
  })

  it("are counted from where they say, whatever the items say", () => {
    assert.strictEqual(look("3. a\n3. b\n   1) c\n3. d"), "3. a\n4. b\n   1) c\n5. d")
  })

  it("have boxes for tasks", () => {
    assert.strictEqual(look("- [ ] a\n- [x] **b**\n- [y] c\n1. [X] d"), "☐ a\n☑ ⟨b|b⟩\n• [y] c\n1. ☑ d")
  })

  it("keep the empty lines of the source, and their indentation", () => {
    assert.strictEqual(look("- a\n\n  b\nc\n\n- d\n-"), "• a\n\n  b\n  c\n\n• d\n• ")
    assert.strictEqual(look("Gồm:\n- a\n- b\n\nHết."), "Gồm:\n• a\n• b\n\nHết.")
  })
})

describe("quotes", () => {
  it("have a bar before each line, the empty ones between included", () => {
    assert.strictEqual(look("> a\nb\n>\n> **c\n> d**\n> > e\n\nf"), "│ a\n│ b\n│\n│ ⟨b|c⟩\n│ ⟨b|d⟩\n│ │ e\n\nf")
  })
})

describe("links and pictures", () => {
  it.each([
    ["words and address", "[a *b*](https://x.test/c_d)", "a ⟨i|b⟩ (https://x.test/c_d)"],
    ["an address that is its own words", "<https://x.test/> [x.test](https://x.test)", "https://x.test/ x.test"],
    ["a link without words", "[](https://x.test)", "https://x.test"],
    ["a mail address", "<a@x.test> [viết](mailto:a@x.test)", "a@x.test viết (mailto:a@x.test)"],
    ["an address elsewhere", "[a][1]\n\n[1]: https://x.test/ề", "a (https://x.test/ề)"],
    ["a link that leads nowhere from here", "[a](#b)", "a"],
    ["a link by HTML", '<a href="https://x.test">a</a>', "a (https://x.test)"],
    ["a picture", "![mèo](https://x.test/a.png)", "mèo (https://x.test/a.png)"],
    ["a picture that is its own address", "![mèo](data:image/png;base64,AAAA)", "mèo"],
    [
      "a picture inside a link",
      "[![a](https://x.test/a.png)](https://x.test)",
      "a (https://x.test/a.png) (https://x.test)"
    ],
    ["a script is no link", "[a](javascript:alert%281%29)", "[a](javascript:alert%281%29)"]
  ])("%s", (_name, source, expected) => {
    assert.strictEqual(look(source), expected)
  })

  it("an answer of nothing but definitions is sent as it is", () => {
    assert.strictEqual(look("[1]: https://x.test"), "[1]: https://x.test")
  })
})

describe("code", () => {
  it("is text as it stands, without a look", () => {
    assert.strictEqual(look("a `**b** {red}c{/red}` d"), "a **b** {red}c{/red} d")
    assert.strictEqual(look("```ts\nlet **x** = 1\n\n  if <b>\n```\nhết"), "let **x** = 1\n\n  if <b>\nhết")
    assert.strictEqual(look("    a\n      *b*\n\n    c"), "a\n  *b*\n\nc")
    assert.strictEqual(look("1. a\n   ```\n   b\n     c\n   ```\n2. d"), "1. a\n   b\n     c\n2. d")
  })
})

describe("HTML", () => {
  it.each([
    ["tags go, words stay", '<div class="a">hai <span>ba</span></div>', "hai ba"],
    ["comments go", "a <!-- b --> c\n\n<!--\nd\n\ne -->\n\nf", "a  c\n\nf"],
    ["breaks are new lines", "a<br>b<br/>c", "a\nb\nc"],
    ["Markdown between tags is read", "<details><summary>**a**</summary>\n\n- b\n\n</details>", "⟨b|a⟩\n\n• b"],
    ["tags that HTML does not know are words", "Vec<String>, <your-name>, a <b", "Vec<String>, <your-name>, a <b"],
    ["a script is words", "<script>alert(1)</script>", "alert(1)"]
  ])("%s", (_name, source, expected) => {
    assert.strictEqual(look(source), expected)
  })
})

it("lines stay lines, and a rule is one", () => {
  assert.strictEqual(look("a\nb  \nc\\\nd\n\n***\n\ne\n\n\n\nf"), "a\nb\nc\nd\n\n──────────\n\ne\n\nf")
  assert.strictEqual(look("a\r\nb\r\n\r\nc"), "a\nb\n\nc")
})

it("what is nested too deep to be read stays in the text", () => {
  const deep = markdown(`${"> ".repeat(60)}sâu\n\nsau`).text
  assert.include(deep, "sâu")
  assert.isTrue(deep.endsWith("\n\nsau"))
  const list = Array.from({ length: 40 }, (_, n) => `${"  ".repeat(n)}- mục ${n}`).join("\n")
  for (let n = 0; n < 40; n++) assert.include(markdown(`${list}\n\nsau`).text, `mục ${n}`)
})
