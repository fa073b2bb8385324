import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { AgentBridge } from "../../src/agent/AgentBridge.ts"
import { AccountId, ChatId } from "../../src/domain/ids.ts"
import { OutboundPayload } from "../../src/domain/Reply.ts"
import type { OutboxRow } from "../../src/journal/OutboxRow.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { failed, withoutLook } from "../../src/pipeline/settlement.ts"
import { FakeZalo } from "../../src/sandbox/FakeZalo.ts"
import type { Call } from "../../src/sandbox/model.ts"
import * as TestGateway from "../../src/testing/TestGateway.ts"
import * as Z from "../../src/zalo/ZaloError.ts"
import { refusal } from "./stub.ts"

const { Photo, Text } = OutboundPayload.cases
const styled = Text.make({ text: "đậm", styles: [{ start: 0, len: 3, st: ["b"] }] })
const marked = Text.make({ text: "**đậm**", parseMode: "markdown" })
const no = refusal(new Z.InvalidRequest({ code: 400, description: "Bad request: The text_styles is invalid" }))

const rowOf = (payload: OutboundPayload): OutboxRow => ({
  id: "1",
  seq: 1,
  account: AccountId.make("shop"),
  chat: ChatId.make("a"),
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
const policy = { onUnknown: "resend", outbox: { maxAge: Duration.hours(24) } } as const

describe("a text that Zalo refuses with its look", () => {
  it.each([
    ["with styles", styled, "đậm"],
    ["as Markdown", marked, "**đậm**"]
  ])("%s is sent as plain words in its place, and what follows it as usual", (_name, payload, text) => {
    assert.deepStrictEqual(failed(no, rowOf(payload), policy, 0), {
      _tag: "Dead",
      reason: "refused",
      detail: `${no.message}; sent again without styles`,
      instead: { _tag: "Text", text },
      skipRest: false
    })
  })

  it.each([
    ["what has no look has nothing to lose", Text.make({ text: "a" }), no],
    ["a caption has none", Photo.make({ url: "https://a.test", caption: "a" }), no],
    [
      "the chat would refuse the words as well",
      styled,
      refusal(new Z.InvalidRequest({ code: 400, description: "Bad request: The chat_id is invalid" }))
    ],
    ["a chat that is gone too", styled, refusal(new Z.NotFound({ description: "Not Found" }))],
    ["nothing is known of a broken connection", styled, refusal(new Z.Unclear({ why: "connection-lost" }), false)]
  ])("but %s", (_name, payload, error) => {
    assert.isNull(withoutLook(payload, error))
  })
})

const asked = (calls: ReadonlyArray<Call>) =>
  calls
    .filter(({ method }) => method === "sendMessage")
    .map(({ params, taken }) => [params["text"], params["text_styles"], params["parse_mode"], taken])

const answer = AgentBridge.layerFunction(() => Effect.succeed("**đậm**\n\n`mã` [ở đây](https://x.test)"))
const words = "đậm\n\nmã ở đây (https://x.test)"
const bold = [{ start: 0, len: 3, st: ["b"] }]

const talk = Effect.gen(function* () {
  const zalo = yield* FakeZalo
  const lan = zalo.user("Lan")
  yield* lan.says("chào")
  const message = yield* lan.receives
  yield* TestClock.adjust("1 minute")
  return { message, calls: asked(yield* zalo.emulator.calls) }
})

describe("through the gateway", () => {
  it.effect("an answer in Markdown arrives as words with styles", () =>
    Effect.gen(function* () {
      const { calls, message } = yield* talk
      assert.deepInclude(message, { text: words, styles: bold })
      assert.deepStrictEqual(calls, [[words, bold, undefined, true]])
    }).pipe(Effect.provide(TestGateway.layer({ dmPolicy: "open", agent: answer })))
  )

  it.effect("a Zalo that refuses styles gets the words once more, and both are on record", () =>
    Effect.gen(function* () {
      const { calls, message } = yield* talk
      assert.strictEqual(message.text, words)
      assert.notProperty(message, "styles")
      assert.deepStrictEqual(calls, [
        [words, bold, undefined, false],
        [words, undefined, undefined, true]
      ])
      const { sql } = yield* Journal
      const rows = yield* sql<{ state: string; detail: string | null }>`SELECT state, detail FROM outbox ORDER BY id`
      assert.deepStrictEqual(
        rows.map(({ state }) => state),
        ["dead", "sent"]
      )
      assert.match(rows[0]?.detail ?? "", /text_styles.*sent again without styles/)
    }).pipe(
      Effect.provide(
        TestGateway.layer({ dmPolicy: "open", agent: answer, zalo: { switches: { textStyles: "refused" } } })
      )
    )
  )

  it.effect("an account may leave Markdown to Zalo, or want the words alone, with its bot's name before them", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* talk).calls, [
        ["[Bot Thử] **đậm**\n\n`mã` [ở đây](https://x.test)", undefined, "markdown", true]
      ])
    }).pipe(
      Effect.provide(
        TestGateway.layer({ dmPolicy: "open", agent: answer, render: "markdown", responsePrefix: "auto" })
      ),
      Effect.andThen(
        Effect.gen(function* () {
          assert.deepStrictEqual((yield* talk).calls, [[`Bot Thử: ${words}`, undefined, undefined, true]])
        }).pipe(
          Effect.provide(
            TestGateway.layer({ dmPolicy: "open", agent: answer, render: "plain", responsePrefix: "{bot}:" })
          )
        )
      )
    )
  )

  it.effect("an echo comes back as it was typed", () =>
    Effect.gen(function* () {
      const lan = (yield* FakeZalo).user("Lan")
      yield* lan.says("*a* <b> # b\n```")
      assert.strictEqual(yield* lan.hears, "*a* <b> # b\n```")
    }).pipe(Effect.provide(TestGateway.layer({ dmPolicy: "open" })))
  )
})
