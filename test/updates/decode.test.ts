import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import type { InboundMessage } from "../../src/domain/Update.ts"
import { decodeMessage } from "../../src/updates/decode.ts"
import { captures, now, shop, textEvent } from "./samples.ts"

const decode = (body: unknown, receivedAt = now) => decodeMessage(shop, JSON.stringify(body), receivedAt)
const good = (body: unknown, receivedAt = now): InboundMessage => Result.getOrThrow(decode(body, receivedAt))
const bad = (body: unknown) => {
  const result = decode(body)
  return Result.isFailure(result) ? result.failure : assert.fail("it was decoded")
}
const capture = (source: string) =>
  captures.find((line) => line.source.startsWith(source))?.body ?? assert.fail(`no capture ${source}`)

const event = (name: string, fields: Record<string, unknown>) =>
  textEvent("m1", { event: { event_name: name }, message: { text: undefined, ...fields } })

describe("decodeMessage", () => {
  it("reads a captured text", () => {
    const message = good(capture("O1 text"))
    assert.deepStrictEqual(
      { ...message, sentAt: DateTime.toEpochMillis(message.sentAt) },
      {
        account: "shop",
        id: "bb5e4d6ec2a59efdc7b2",
        chat: { id: "ae800e9657c5be9be7d4", type: "PRIVATE" },
        sender: { id: "ae800e9657c5be9be7d4", displayName: "Nguyễn A", isBot: false },
        sentAt: 1_766_991_175_055,
        content: { _tag: "Text", text: "hello bạn xin chào" }
      }
    )
  })

  it("reads every other kind that was captured", () => {
    assert.deepStrictEqual(good(capture("O1 photo")).content, {
      _tag: "Photo",
      url: "https://f19-zpc.zdn.vn/jpg/8409517044855659231/7a1d4f479b8314dd4d92.jpg",
      caption: ""
    })
    assert.deepStrictEqual(good(capture("O1 sticker")).content, {
      _tag: "Sticker",
      sticker: "93ad9401a844411a1855",
      url: "https://zalo-api.zadn.vn/api/emoticon/oasticker?eid=3834008785714938107&size=130"
    })
    assert.deepStrictEqual(good(capture("O1 unsupported")).content, { _tag: "Unsupported" })
    const voice = good(capture("O2 voice")).content
    assert.isTrue(voice._tag === "Voice" && voice.url?.endsWith(".aac"))
    assert.deepStrictEqual(good(capture("O5 group text")).chat, { id: "zgr-f8a7101d77709e2ec761", type: "GROUP" })
  })

  it("unwraps the documented form", () => {
    assert.strictEqual(good(capture("DOC webhook")).id, "2d758cb5e222177a4e35")
  })

  it("takes the documented name of a photo's address where the real one is missing", () => {
    const documented = event("message.image.received", { photo: "https://a.test/p", caption: "x" })
    assert.deepStrictEqual(good(documented).content, { _tag: "Photo", url: "https://a.test/p", caption: "x" })
    const both = event("message.image.received", { photo: "https://a.test/p", photo_url: "https://a.test/u" })
    assert.deepStrictEqual(good(both).content, { _tag: "Photo", url: "https://a.test/u", caption: "" })
    const neither = event("message.image.received", { photo_url: " " })
    assert.deepStrictEqual(good(neither).content, { _tag: "Photo", caption: "" })
  })

  it("infers the event from the fields where its name is missing", () => {
    const nameless = (fields: Record<string, unknown>) =>
      good(textEvent("m1", { event: { event_name: undefined }, message: { text: undefined, ...fields } })).content._tag
    assert.deepStrictEqual(
      [{ text: "a" }, { photo_url: "u" }, { photo: "u" }, { sticker: "s" }, { voice_url: "v" }].map(nameless),
      ["Text", "Photo", "Photo", "Sticker", "Voice"]
    )
  })

  it("takes a date in seconds or milliseconds, and the time of receipt where there is none", () => {
    const at = (date: number | null | undefined) =>
      DateTime.toEpochMillis(good(textEvent("m1", { message: { date } }), 77).sentAt)
    assert.deepStrictEqual(
      [at(1_766_991_175_055), at(1_766_991_175), at(1_000_000_000_000), at(999_999_999_999), at(undefined), at(null)],
      [1_766_991_175_055, 1_766_991_175_000, 1_000_000_000_000, 999_999_999_999_000, 77, 77]
    )
  })

  it("names a sender by display_name, then name, then nothing", () => {
    const name = (from: Record<string, unknown>) => good(textEvent("m1", { from })).sender.displayName
    assert.deepStrictEqual(
      [
        name({ display_name: "Lan", name: "L" }),
        name({ display_name: undefined, name: "L" }),
        name({ display_name: null }),
        name({ display_name: undefined })
      ],
      ["Lan", "L", "", ""]
    )
  })

  it("knows a bot only where Zalo says so", () => {
    const isBot = (is_bot: unknown) => good(textEvent("m1", { from: { is_bot } })).sender.isBot
    assert.deepStrictEqual([isBot(true), isBot(false), isBot(undefined)], [true, false, false])
  })

  it("tells a group by its id where the type is missing", () => {
    const type = (chat: Record<string, unknown>) => good(textEvent("m1", { chat })).chat.type
    assert.deepStrictEqual(
      [
        type({ id: "zgr-1", chat_type: undefined }),
        type({ id: "lan", chat_type: undefined }),
        type({ id: "x", chat_type: "GROUP" })
      ],
      ["GROUP", "PRIVATE", "GROUP"]
    )
  })

  it("minds no field that it does not know", () => {
    const more = textEvent("m1", {
      event: { update_id: 1 },
      message: { reply_to: { a: [1] } },
      from: { avatar: null },
      chat: { title: "x" }
    })
    assert.deepStrictEqual(good(more), good(textEvent("m1")))
  })

  it("refuses a known event that is broken, naming the field and not what it holds", () => {
    const secret = "lời riêng"
    const cases: ReadonlyArray<readonly [unknown, string]> = [
      [textEvent("m1", { message: { text: undefined } }), "text"],
      [textEvent("m1", { message: { text: { secret } } }), "text"],
      [event("message.sticker.received", {}), "sticker"],
      [textEvent("m1", { message: { from: undefined } }), "from"],
      [textEvent("m1", { from: { id: "  " } }), "id"],
      [textEvent("m1", { chat: { id: 5 } }), "id"],
      [textEvent("m1", { chat: { chat_type: secret } }), "chat_type"],
      [textEvent("m1", { from: { is_bot: secret } }), "is_bot"],
      [textEvent("m1", { message: { date: secret } }), "date"],
      [textEvent("m1", { message: { date: 9e15 } }), "date"],
      [textEvent("m1", { message: { message_id: "" } }), "message_id"]
    ]
    for (const [body, field] of cases) {
      const failure = bad(body)
      assert.strictEqual(failure.reason, "undecodable")
      assert.include(failure.detail, field)
      assert.notInclude(failure.detail, secret)
    }
  })

  it("says of what carries no message that it is no message", () => {
    assert.strictEqual(bad({}).reason, "unknown-event")
    assert.strictEqual(bad({ event_name: "user.follow" }).reason, "unknown-event")
    assert.strictEqual(Result.isFailure(decodeMessage(shop, "{not json", now)), true)
  })
})
