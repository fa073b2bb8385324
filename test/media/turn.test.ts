import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { echo } from "../../src/agent/echo.ts"
import { AccountId, ChatId, MessageId, SenderId } from "../../src/domain/ids.ts"
import { OutboundPayload } from "../../src/domain/Reply.ts"
import type { InboundMessage } from "../../src/domain/Update.ts"
import type { Outgoing, OutboxRow } from "../../src/journal/OutboxRow.ts"
import { Media } from "../../src/media/Media.ts"
import { mediaError } from "../../src/media/MediaError.ts"
import { turnId } from "../../src/domain/ids.ts"
import { withHosted, withMedia } from "../../src/pipeline/mediaOf.ts"
import { unsendable } from "../../src/pipeline/settlement.ts"
import { turnOf } from "../../src/pipeline/turnOf.ts"
import { accountOf } from "./kit.ts"

const account = accountOf()
const shop = AccountId.make("shop")
const notice = "[zalo image attachment unavailable]"

const message = (content: InboundMessage["content"], id = "m1"): InboundMessage => ({
  account: shop,
  id: MessageId.make(id),
  chat: { id: ChatId.make("c"), type: "PRIVATE" },
  sender: { id: SenderId.make("c"), displayName: "Lan", isBot: false },
  sentAt: DateTime.makeUnsafe(0),
  content
})
const turn = (first: InboundMessage, ...rest: ReadonlyArray<InboundMessage>) =>
  turnOf(turnId(shop, first.id), [first, ...rest], account, 1)

/** Everything can be had but what lies at `gone`. */
const media = Media.use((none) =>
  Effect.succeed(
    Media.of({
      ...none,
      fetch: (_, { kind, url }) =>
        url.includes("gone")
          ? Effect.fail(mediaError("unreachable", "pictures.example cannot be reached"))
          : Effect.succeed({ path: `/files/${kind}`, contentType: "image/jpeg", bytes: 7, url }),
      prepare: (_, payload) =>
        Effect.succeed(payload._tag === "Photo" ? { ...payload, url: `https://bot.example/${payload.url}` } : payload)
    })
  )
).pipe(Effect.provide(Media.layerNone))

const asked = (first: InboundMessage, ...rest: ReadonlyArray<InboundMessage>) =>
  Effect.flatMap(media, (all) => withMedia(all, account, turn(first, ...rest)))

const echoed = (first: InboundMessage) =>
  Effect.flatMap(asked(first), (whole) => Stream.runCollect(echo.reply(whole))).pipe(
    Effect.map((parts) => parts.map((part) => (part.type === "text" ? part.text : part.type)))
  )

describe("what an agent is told of a picture", () => {
  it.effect("its file, type, size and address; its caption as it was written", () =>
    Effect.gen(function* () {
      const { message: seen } = yield* asked(message({ _tag: "Photo", url: "https://p.example/1", caption: "xem này" }))
      assert.strictEqual(seen.text, "xem này")
      assert.deepStrictEqual(seen.media, {
        path: "/files/photo",
        contentType: "image/jpeg",
        bytes: 7,
        url: "https://p.example/1"
      })
    })
  )

  it.effect("that it could not be had, behind the caption and a blank line, or alone", () =>
    Effect.gen(function* () {
      const texts = [
        { _tag: "Photo", url: "https://gone.example/1", caption: "xem này" },
        { _tag: "Photo", url: "https://gone.example/1", caption: "" },
        { _tag: "Photo", caption: "không có" },
        { _tag: "Voice", url: "https://gone.example/1.aac" },
        { _tag: "Voice" },
        { _tag: "Sticker", sticker: "s", url: "https://gone.example/1.png" }
      ] as const
      const said: Array<string> = []
      for (const content of texts) said.push((yield* asked(message(content))).message.text)
      assert.deepStrictEqual(said, [
        `xem này\n\n${notice}`,
        notice,
        `không có\n\n${notice}`,
        "[zalo voice attachment unavailable]",
        "[zalo voice attachment unavailable]",
        ""
      ])
      // The address is told all the same.
      const { message: seen } = yield* asked(message({ _tag: "Photo", url: "https://gone.example/1", caption: "" }))
      assert.deepStrictEqual(seen.media, { url: "https://gone.example/1" })
    })
  )

  it.effect("of every picture of a turn about several messages", () =>
    Effect.gen(function* () {
      const whole = yield* asked(
        message({ _tag: "Text", text: "một" }, "m1"),
        message({ _tag: "Photo", url: "https://p.example/1", caption: "hai" }, "m2"),
        message({ _tag: "Photo", url: "https://gone.example/2", caption: "ba" }, "m3")
      )
      assert.strictEqual(whole.message.text, `một\nhai\nba\n\n${notice}`)
      assert.strictEqual(whole.message.media?.path, "/files/photo")
      assert.deepStrictEqual(
        whole.messages?.map((one) => [one.text, one.media?.path]),
        [
          ["một", undefined],
          ["hai", "/files/photo"],
          [`ba\n\n${notice}`, undefined]
        ]
      )
    })
  )

  it.effect("echo answers with the caption alone, and with nothing where there is none", () =>
    Effect.gen(function* () {
      const photo = (url: string, caption: string) => message({ _tag: "Photo", url, caption })
      assert.deepStrictEqual(yield* echoed(photo("https://gone.example/1", "xem này")), ["xem này"])
      assert.deepStrictEqual(yield* echoed(photo("https://p.example/1", "xem này")), ["xem này"])
      assert.deepStrictEqual(yield* echoed(photo("https://gone.example/1", "")), [])
      assert.deepStrictEqual(yield* echoed(message({ _tag: "Text", text: notice })), [notice])
    })
  )
})

describe("on the way out", () => {
  const row = (payload: OutboundPayload, chat = "c"): OutboxRow => ({
    id: "1",
    seq: 1,
    account: shop,
    chat: ChatId.make(chat),
    origin: "turn",
    turn: "t",
    inboxSeq: null,
    payload,
    state: "sending",
    reason: null,
    attempts: 1,
    unclear: 0,
    owner: null,
    deadline: null,
    nextAt: null,
    createdAt: 0
  })
  const { Photo, Sticker, Text, Voice } = OutboundPayload.cases

  it.effect("files are hosted before their rows are written, the order stays", () =>
    Effect.gen(function* () {
      const payloads = [
        Text.make({ text: "1" }),
        Photo.make({ url: "a.png" }),
        Text.make({ text: "2" }),
        Photo.make({ url: "b" })
      ]
      const rows = payloads.map((payload): Outgoing => {
        const { account, chat, origin, turn } = row(payload)
        return { account, chat, origin, turn, payload }
      })
      const ready = yield* withHosted(yield* media, account, rows)
      assert.deepStrictEqual(
        ready.map(({ payload }) =>
          payload._tag === "Photo" ? payload.url : payload._tag === "Text" ? payload.text : ""
        ),
        ["1", "https://bot.example/a.png", "2", "https://bot.example/b"]
      )
    })
  )

  it("a voice for a group is refused with its own reason, and takes nothing with it", () => {
    const voice = Voice.make({ url: "https://p.example/a.aac" })
    assert.isUndefined(unsendable(row(voice)))
    const refused = unsendable(row(voice, "zgr-f8a7101d77709e2ec761"), "something else too")
    assert.deepInclude(refused, { _tag: "Dead", reason: "voice-in-group", skipRest: false })
    assert.isUndefined(unsendable(row(Sticker.make({ sticker: "s" }), "zgr-1")))
  })

  it("a problem that was found is the detail of bad-media, and the caption is sent in the picture's place", () => {
    const photo = Photo.make({ url: "https://p.example/a.png", caption: "chú thích" })
    assert.isUndefined(unsendable(row(photo)))
    assert.deepStrictEqual(unsendable(row(photo), "the host is refused"), {
      _tag: "Dead",
      reason: "bad-media",
      detail: "the host is refused",
      instead: { _tag: "Text", text: "chú thích" },
      skipRest: false
    })
  })
})
