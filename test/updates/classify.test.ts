import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as fc from "fast-check"
import { createHash } from "node:crypto"
import { ChatId, MessageId } from "../../src/domain/ids.ts"
import { classify } from "../../src/updates/classify.ts"
import { decodeMessage } from "../../src/updates/decode.ts"
import { captures, now, shop, textEvent } from "./samples.ts"

const admission = (parsed: unknown, retention?: Duration.Duration) =>
  classify({
    account: shop,
    source: "webhook",
    body: JSON.stringify(parsed) ?? "null",
    parsed,
    receivedAt: now,
    retention
  }).pipe(Effect.provide(NodeCrypto.layerDigest), Effect.runSync)

const fate = (parsed: unknown, retention?: Duration.Duration) => {
  const { state, reason } = admission(parsed, retention)
  return `${state} ${reason}`
}

const hash = (body: unknown) => `~${createHash("sha256").update(JSON.stringify(body)).digest("hex")}`

describe("classify", () => {
  it("lets a message wait, under its own id and in its own chat", () => {
    const parsed = textEvent("m1", { chat: { id: "zgr-1" } })
    assert.deepStrictEqual(admission(parsed), {
      account: shop,
      source: "webhook",
      body: JSON.stringify(parsed),
      receivedAt: now,
      messageId: MessageId.make("m1"),
      chat: ChatId.make("zgr-1"),
      state: "pending",
      reason: null
    })
  })

  it("unwraps the documented form and keeps the body as it came", () => {
    const parsed = { ok: true, result: textEvent("m1") }
    const row = admission(parsed)
    assert.deepStrictEqual(
      [row.messageId, row.state, row.chat, row.body],
      ["m1", "pending", "lan", JSON.stringify(parsed)]
    )
  })

  it("keeps an unknown event as ignored", () => {
    const reaction = textEvent("m1", { event: { event_name: "message.reaction.received" } })
    assert.strictEqual(fate(reaction), "ignored unknown-event")
    assert.strictEqual(admission(reaction).messageId, "m1")
    const joined = { event_name: "bot.joined", chat: "x" }
    assert.strictEqual(fate(joined), "ignored unknown-event")
    assert.deepStrictEqual([admission(joined).messageId, admission(joined).chat], [hash(joined), "-"])
    assert.strictEqual(fate({ event_name: "message.text.received" }), "ignored unknown-event")
    assert.strictEqual(fate(textEvent("m1", { event: { event_name: 7 } })), "ignored unknown-event")
    assert.strictEqual(fate({}), "ignored unknown-event")
  })

  it("keeps a message without a usable id under the hash of its body", () => {
    for (const message_id of [undefined, null, "", "  ", 5, "x".repeat(257), "a\0b", "\ud800"]) {
      const parsed = textEvent("m1", { message: { message_id } })
      assert.strictEqual(fate(parsed), "ignored no-id", JSON.stringify(message_id))
      assert.strictEqual(admission(parsed).messageId, hash(parsed))
    }
    assert.notStrictEqual(
      admission(textEvent("", { message: { text: "a" } })).messageId,
      admission(textEvent("", { message: { text: "b" } })).messageId
    )
  })

  it("keeps a broken known event as dead, which holds nobody up", () => {
    assert.strictEqual(fate(textEvent("m1", { message: { text: undefined } })), "dead undecodable")
    assert.strictEqual(admission(textEvent("m1", { chat: { id: "" } })).chat, "-")
    assert.strictEqual(fate(textEvent("m1", { chat: { id: "" } })), "dead undecodable")
  })

  it("ignores what is older than the journal remembers", () => {
    const sent = (ms: number) => textEvent("m1", { message: { date: now - ms } })
    const days30 = Duration.toMillis("30 days")
    assert.strictEqual(fate(sent(days30 + 1)), "ignored stale")
    assert.strictEqual(fate(sent(days30)), "pending null")
    assert.strictEqual(fate(sent(3_600_001), Duration.hours(1)), "ignored stale")
    assert.strictEqual(fate(textEvent("m1", { message: { date: (now - days30 * 2) / 1000 } })), "ignored stale")
  })

  it("makes a row of every capture", () => {
    const long = Duration.days(3650)
    assert.deepStrictEqual(
      captures.map(({ body }) => fate(body, long)),
      [
        "pending null",
        "pending null",
        "pending null",
        "pending null",
        "pending null",
        "pending null",
        "ignored no-id",
        "ignored no-id",
        "pending null"
      ]
    )
  })

  it("makes a row of any JSON, and lets wait only what can be decoded", () => {
    const name = fc.constantFrom("message.text.received", "message.image.received", "message.sticker.received", "x")
    const id = fc.oneof(fc.string({ unit: "binary" }), fc.jsonValue())
    const nearly = fc.record(
      {
        event_name: fc.oneof(name, fc.jsonValue()),
        message: fc.record(
          {
            message_id: id,
            date: fc.oneof(fc.double(), fc.jsonValue()),
            text: fc.oneof(fc.string({ unit: "binary" }), fc.jsonValue()),
            sticker: fc.jsonValue(),
            photo_url: fc.jsonValue(),
            from: fc.oneof(fc.record({ id, display_name: fc.jsonValue() }, { requiredKeys: [] }), fc.jsonValue()),
            chat: fc.oneof(fc.record({ id, chat_type: fc.jsonValue() }, { requiredKeys: [] }), fc.jsonValue())
          },
          { requiredKeys: [] }
        )
      },
      { requiredKeys: [] }
    )
    const wrapped = fc.oneof(
      nearly,
      nearly.map((result) => ({ ok: true, result })),
      fc.jsonValue()
    )
    let waiting = 0
    fc.assert(
      fc.property(wrapped, (value) => {
        const parsed: unknown = JSON.parse(JSON.stringify(value))
        const row = admission(parsed)
        assert.isNotEmpty(row.messageId)
        assert.isNotEmpty(row.chat)
        assert.strictEqual(row.state === "pending", row.reason === null)
        const decoded = decodeMessage(shop, row.body, now)
        if (row.state === "pending") {
          waiting++
          assert.isTrue(Result.isSuccess(decoded))
        }
        if (row.reason === "undecodable") assert.isTrue(Result.isFailure(decoded))
      }),
      { numRuns: 1500, examples: [[textEvent("m1")]] }
    )
    assert.isAbove(waiting, 0)
  })
})
