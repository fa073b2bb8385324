import { assert, it } from "@effect/vitest"
import { responsePrefix } from "../../src/render/prefix.ts"

const values = { account: "shop", name: "Cửa hàng", bot: "Bot Hoa" }

it.each([
  ["auto", "[Bot Hoa]"],
  [" AUTO ", "[Bot Hoa]"],
  ["{bot} · {account.name} · {account}:", "Bot Hoa · Cửa hàng · shop:"],
  ["{identity.name} {identityName} {BOT}", "Bot Hoa Bot Hoa Bot Hoa"],
  ["{model} {} {a b} $&", "{model} {} {a b} $&"],
  ["🤖", "🤖"],
  [undefined, ""],
  ["", ""]
])("the template %s is %s", (template, expected) => {
  assert.strictEqual(responsePrefix(template, values), expected)
})

it("while Zalo has not told the bot's name, the account's stands for it", () => {
  const early = { ...values, bot: undefined }
  assert.strictEqual(responsePrefix("auto", early), "[Cửa hàng]")
  assert.strictEqual(responsePrefix("{bot}", early), "Cửa hàng")
  assert.strictEqual(responsePrefix("auto", { ...early, name: undefined }), "")
  assert.strictEqual(responsePrefix("{bot} {account.name}", { ...early, name: undefined }), "shop shop")
})
