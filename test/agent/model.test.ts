import { assert, it } from "@effect/vitest"
import * as AiError from "effect/ai/AiError"
import * as LanguageModel from "effect/ai/LanguageModel"
import { ModelName } from "effect/ai/Model"
import type * as Response from "effect/ai/Response"
import * as Tool from "effect/ai/Tool"
import * as Toolkit from "effect/ai/Toolkit"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { AgentBridge } from "../../src/agent/AgentBridge.ts"
import { CurrentTurn } from "../../src/agent/CurrentTurn.ts"
import { History } from "../../src/agent/History.ts"
import { AccountId } from "../../src/domain/ids.ts"
import { ask, turn, turnWith } from "./turn.ts"

type Answer = Effect.Effect<Array<Response.PartEncoded>, AiError.AiError>

const finish = (reason: "stop" | "tool-calls" = "stop"): Response.PartEncoded => ({
  type: "finish",
  reason,
  response: undefined,
  usage: {
    inputTokens: { uncached: undefined, total: 3, cacheRead: undefined, cacheWrite: undefined },
    outputTokens: { total: 2, text: undefined, reasoning: undefined }
  }
})

const saying = (text: string): Answer => Effect.sync(() => [{ type: "text", text }, finish()])

const calling = (name: string, params: object, id = "call1"): Answer =>
  Effect.sync(() => [
    { type: "text", text: "Để tôi xem…" },
    { type: "tool-call", id, name, params },
    finish("tool-calls")
  ])

/** A model that gives these answers in order, the last for ever, and what it was asked. */
const model = (...answers: ReadonlyArray<Answer>) => {
  const prompts: Array<ReadonlyArray<unknown>> = []
  const layer = Layer.effect(
    LanguageModel.LanguageModel,
    LanguageModel.make({
      generateText: ({ prompt }) =>
        Effect.suspend(() => {
          prompts.push(prompt.content.map(({ role, content }) => [role, content]))
          return answers[Math.min(prompts.length, answers.length) - 1] ?? Effect.never
        }),
      streamText: () => Stream.die("not streamed")
    })
  )
  return { layer, prompts, words: () => prompts.map((prompt) => prompt.map(words)) }
}

/** A message of a prompt as its role and its text parts. */
const words = (message: unknown): unknown => {
  const [role, content] = Array.isArray(message) ? message : []
  return [role, Array.isArray(content) ? content.map((part) => part.text ?? part.type).join("|") : content]
}

const text = (value: string) => [{ type: "text" as const, text: value }]

it.effect("a model is asked with its instructions, the past and the message", () =>
  Effect.gen(function* () {
    const { layer, words } = model(saying(" Chào Lan! "))
    const bridge = AgentBridge.layerModel({ instructions: "Ngắn gọn." }).pipe(Layer.provide(layer))
    const answer = yield* Effect.flatMap(AgentBridge, ask).pipe(
      Effect.provide(bridge),
      Effect.provideService(History, {
        recent: () =>
          Effect.succeed([
            { role: "user", text: "một" },
            { role: "assistant", text: "hai" }
          ])
      })
    )
    assert.deepStrictEqual(answer, text("Chào Lan!"))
    assert.deepStrictEqual(words(), [
      [
        ["system", "Ngắn gọn."],
        ["user", "một"],
        ["assistant", "hai"],
        ["user", "chào bạn\nkhoẻ không?"]
      ]
    ])
  })
)

it.effect("a blank message is not asked about, and blank words are no reply", () =>
  Effect.gen(function* () {
    const { layer, prompts } = model(saying(" "))
    const bridge = yield* AgentBridge.pipe(Effect.provide(AgentBridge.layerModel().pipe(Layer.provide(layer))))
    assert.deepStrictEqual(yield* ask(bridge, turnWith({ text: " " })), [])
    assert.lengthOf(prompts, 0)
    assert.deepStrictEqual(yield* ask(bridge), [])
    assert.lengthOf(prompts, 1)
  })
)

it.effect("a picture is shown by its address where pictures are", () =>
  Effect.gen(function* () {
    const photo = turnWith({ kind: "photo", text: "đây là gì?", media: { url: "https://photo.test/1.jpg" } })
    const blind = model(saying("x"))
    const seeing = model(saying("x"))
    for (const [{ layer }, images] of [
      [blind, false],
      [seeing, true]
    ] as const) {
      const bridge = AgentBridge.layerModel({ images }).pipe(Layer.provide(layer))
      yield* Effect.flatMap(AgentBridge, (asked) => ask(asked, photo)).pipe(Effect.provide(bridge))
    }
    assert.deepStrictEqual(blind.words(), [[["user", "[photo] đây là gì?"]]])
    assert.deepStrictEqual(seeing.words(), [[["user", "đây là gì?|file"]]])
  })
)

const orders = Toolkit.make(
  Tool.make("orders", { parameters: Schema.Struct({ status: Schema.String }), success: Schema.String })
)

const asked: Array<string> = []
const desk = orders.toLayer({
  orders: ({ status }) =>
    Effect.gen(function* () {
      const who = Option.getOrThrow(yield* CurrentTurn).sender.id
      asked.push(`${who} ${status}`)
      return `2 đơn ${status}`
    })
})

it.effect(
  "tools are called until the model has answered, and know who is asking; only the last words are the reply",
  () =>
    Effect.gen(function* () {
      asked.length = 0
      const { layer, words } = model(
        calling("orders", { status: "mới" }),
        calling("orders", { status: "cũ" }, "call2"),
        saying("Bạn có 2 đơn.")
      )
      const bridge = AgentBridge.layerModel({ toolkit: orders }).pipe(
        Layer.provide([layer, desk, modelName("m-tools")])
      )
      const account = AccountId.make("model-test")
      const answer = yield* Effect.flatMap(AgentBridge, (one) => ask(one, { ...turn, account })).pipe(
        Effect.provide(bridge)
      )
      assert.deepStrictEqual(answer, text("Bạn có 2 đơn."))
      assert.deepStrictEqual(asked, ["u1 mới", "u1 cũ"])
      assert.deepStrictEqual(words()[2], [
        ["user", "chào bạn\nkhoẻ không?"],
        ["assistant", "Để tôi xem…|tool-call"],
        ["tool", "tool-result"],
        ["assistant", "Để tôi xem…|tool-call"],
        ["tool", "tool-result"]
      ])
      const counted = (yield* Metric.snapshot).flatMap(({ attributes, state }) =>
        attributes?.["account"] === account
          ? [[attributes["model"], attributes["kind"] ?? attributes["finish"], state]]
          : []
      )
      assert.sameDeepMembers(counted, [
        ["m-tools", "input", { count: 9, incremental: true }],
        ["m-tools", "output", { count: 6, incremental: true }],
        ["m-tools", "stop", { count: 1, incremental: true }]
      ])
    })
)

const modelName = (name: string) => Layer.succeed(ModelName, name)

it.effect("a model that never stops calling tools is stopped", () =>
  Effect.gen(function* () {
    const { layer, prompts } = model(calling("orders", { status: "mới" }))
    const bridge = AgentBridge.layerModel({ toolkit: orders, maxSteps: 2 }).pipe(Layer.provide([layer, desk]))
    const failed = yield* Effect.flatMap(AgentBridge, (one) => Effect.flip(ask(one))).pipe(Effect.provide(bridge))
    assert.deepStrictEqual(failed, { _tag: "Failed", detail: "the model called tools 2 times and had not answered" })
    assert.lengthOf(prompts, 3)
  })
)

const refusing = (reason: AiError.AiErrorReason): Answer =>
  Effect.fail(AiError.make({ module: "Test", method: "generateText", reason }))

it.effect("a provider's failure and a tool's are told by their kind, never by their words", () =>
  Effect.gen(function* () {
    const limited = model(refusing(new AiError.InternalProviderError({ description: "SECRET" })))
    const plain = AgentBridge.layerModel().pipe(Layer.provide(limited.layer))
    assert.deepStrictEqual(
      yield* Effect.flatMap(AgentBridge, (one) => Effect.flip(ask(one))).pipe(Effect.provide(plain)),
      { _tag: "Failed", detail: "the model's provider: InternalProviderError" }
    )
    const broken = orders.toLayer({ orders: () => Effect.die(new RangeError("SECRET")) })
    const calls = model(calling("orders", { status: "mới" }))
    const tools = AgentBridge.layerModel({ toolkit: orders }).pipe(Layer.provide([calls.layer, broken]))
    const failed = yield* Effect.flatMap(AgentBridge, (one) => Effect.flip(ask(one))).pipe(Effect.provide(tools))
    assert.strictEqual(failed._tag, "Failed")
    assert.include(JSON.stringify(failed), "RangeError")
    assert.notInclude(JSON.stringify(failed), "SECRET")
  })
)

it.effect("a model that is silent is given up after the time-out", () =>
  Effect.gen(function* () {
    const layer = AgentBridge.layerModel({ timeout: "10 seconds" }).pipe(Layer.provide(model(Effect.never).layer))
    const bridge = yield* Effect.provide(AgentBridge, layer)
    const fiber = yield* Effect.flip(ask(bridge)).pipe(Effect.forkChild({ startImmediately: true }))
    yield* TestClock.adjust("9 seconds")
    assert.isUndefined(fiber.pollUnsafe())
    yield* TestClock.adjust("2 seconds")
    assert.deepStrictEqual(yield* Fiber.join(fiber), { _tag: "Timeout", seconds: 10 })
  })
)
