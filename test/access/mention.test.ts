import { assert, describe, it } from "@effect/vitest"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { beginsWithMention, stripMention, withoutMention } from "../../src/access/mention.ts"
import { Content } from "../../src/domain/Update.ts"
import { messageOf } from "./kit.ts"

describe("mentions", () => {
  it.each([
    ["@Bot ultty AI orders 10 ghe felix", "Bot ultty AI", "orders 10 ghe felix"],
    ["@BOT ULTTY ai\n\n  10 ghế", "Bot ultty AI", "10 ghế"],
    ["@Bot  ultty\u00a0AI  xin chào", "Bot ultty AI", "xin chào"],
    ["@Bot ultty AI", "Bot ultty AI", ""],
    ["@Bot, chào", "Bot", ", chào"],
    ["  @Bot chào", "Bot", "chào"],
    ["@Trợ lý Việt chào".normalize("NFD"), "Trợ lý Việt".normalize("NFC"), "chào".normalize("NFD")],
    ["@Trợ lý Việt chào", "Trợ lý Việt".normalize("NFD"), "chào"]
  ])("%j from the bot %j leaves %j", (text, name, rest) => {
    assert.strictEqual(stripMention(text, name), rest)
    assert.isTrue(beginsWithMention(text, name))
  })

  it.each([
    ["@Botany chào", "Bot"],
    ["chào @Bot", "Bot"],
    ["Bot chào", "Bot"],
    ["@Bo", "Bot"],
    ["@Ba\u0301 chào", "Ba"],
    ["@ chào", ""],
    ["", "Bot"]
  ])("%j does not speak to the bot %j, and stays as it is", (text, name) => {
    assert.strictEqual(stripMention(text, name), text)
    assert.isFalse(beginsWithMention(text, name))
  })

  const Syllable = Schema.Literals(["Bot", "Trợ", "lý", "Ánh", "ế", "AI", "7", "Cửa hàng", "đ", "한국", "ñ"])
  const Name = Schema.Array(Syllable).check(Schema.isMinLength(1), Schema.isMaxLength(4))

  it.prop(
    "whatever the name, and however it is composed, the words behind it are kept as they were",
    [Name, Schema.String],
    ([syllables, rest]) => {
      const name = syllables.join(" ")
      const words = rest.trimStart()
      assert.strictEqual(stripMention(`@${name.normalize("NFD")} ${words}`, name), words)
      assert.strictEqual(stripMention(`@${name.normalize("NFC")} ${words}`, name.normalize("NFD")), words)
    }
  )

  it.prop(
    "what is taken off is a beginning: the rest is the text's own end",
    [Schema.String, Schema.String],
    ([text, name]) => {
      assert.isTrue(text.endsWith(stripMention(text, name)))
    }
  )

  it("takes the name out of a group's texts and captions, and out of nothing else", () => {
    const name = Option.some("Bot Shop")
    const text = { text: "@Bot Shop giá?" }
    const photo = Content.cases.Photo.make({ url: "https://x/1.jpg", caption: "@bot shop cái này" })
    assert.deepStrictEqual(
      withoutMention(messageOf("u", { group: "zgr-1", ...text }), name).content,
      Content.cases.Text.make({ text: "giá?" })
    )
    assert.deepStrictEqual(withoutMention(messageOf("u", { group: "zgr-1", content: photo }), name).content, {
      ...photo,
      caption: "cái này"
    })
    assert.deepStrictEqual(withoutMention(messageOf("u", text), name).content, Content.cases.Text.make(text))
    assert.deepStrictEqual(
      withoutMention(messageOf("u", { group: "zgr-1", ...text }), Option.none()).content,
      Content.cases.Text.make(text)
    )
  })
})
