import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import { HttpClient } from "effect/http/HttpClient"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as fc from "fast-check"
import { History } from "../../src/agent/History.ts"
import { makeOpenAi } from "../../src/agent/openai.ts"
import { Paragraphs } from "../../src/agent/Paragraphs.ts"
import { Streaming } from "../../src/agent/Streaming.ts"
import { answering, Endpoint, event, type Piece, piece, streaming, whole } from "./openai-server.ts"
import { turn } from "./turn.ts"

const cut = (...pieces: ReadonlyArray<string>): ReadonlyArray<string> => {
  const paragraphs = new Paragraphs()
  return [...pieces.flatMap((one) => paragraphs.push(one)), ...paragraphs.end()]
}

it("a text is cut at its blank lines, and blank paragraphs are none", () => {
  assert.deepStrictEqual(cut("một\nhai\n\nba\n \t\n\n\n  bốn\n"), ["một\nhai", "ba", "  bốn"])
  assert.deepStrictEqual(cut("\n\n \n"), [])
  assert.deepStrictEqual(cut("chỉ một"), ["chỉ một"])
})

it("neither code nor a model's reasoning is torn", () => {
  const code = "```sh\nmột\n\n~~~\n\n````x\n\nhai\n```"
  assert.deepStrictEqual(cut(`trước\n\n${code}\n\nsau`), ["trước", code, "sau"])
  assert.deepStrictEqual(cut("~~~\na\n\nb"), ["~~~\na\n\nb"])
  assert.deepStrictEqual(cut("<think>\nhm\n\nhm\n</think>\n\nđây\n\nkia"), [
    "<think>\nhm\n\nhm\n</think>",
    "đây",
    "kia"
  ])
})

it("however a text is torn, its paragraphs are the same and nothing is lost", () => {
  const word = fc.constantFrom("một", " ", "\n", "\n\n", "```", "~~~", "<think>", "</think>", "👋", "\t")
  fc.assert(
    fc.property(fc.array(word), fc.array(fc.nat(200)), (words, places) => {
      const text = words.join("")
      const cuts = [0, ...places.map((place) => place % (text.length + 1)).sort((a, b) => a - b), text.length]
      const torn = cut(...cuts.slice(1).map((end, n) => text.slice(cuts[n], end)))
      assert.deepStrictEqual(torn, cut(text))
      assert.strictEqual(torn.join("").replaceAll(/\s/g, ""), text.replaceAll(/\s/g, ""))
    })
  )
})

it("a paragraph is given as soon as it is finished", () => {
  const paragraphs = new Paragraphs()
  assert.deepStrictEqual(paragraphs.push("một\n"), [])
  assert.deepStrictEqual(paragraphs.push("\nha"), ["một"])
  assert.deepStrictEqual(paragraphs.push("i\n\nba"), ["hai"])
  assert.deepStrictEqual(paragraphs.end(), ["ba"])
})

const heardOf = (endpoint: Endpoint, streams: boolean) =>
  Effect.gen(function* () {
    const bridge = yield* makeOpenAi({ baseUrl: "https://model.test/v1", model: "m" }).pipe(
      Effect.provideService(HttpClient, endpoint.client),
      Effect.provide(FileSystem.layerNoop({}))
    )
    const heard: Array<string> = []
    const running = bridge.reply(turn).pipe(
      Stream.runForEach((part) => Effect.sync(() => heard.push(part.type === "text" ? part.text : part.type))),
      Effect.provideService(Streaming, streams),
      Effect.mapError((error) => error.reason._tag)
    )
    return { heard, running }
  })

const three: ReadonlyArray<Piece> = [piece("một\n"), piece("\nhai"), piece("\n\nba")]

it.effect("where replies are streamed, paragraphs come one by one, and before the end", () =>
  Effect.gen(function* () {
    const { heard, running } = yield* heardOf(new Endpoint(streaming(...three, "stall")), true)
    const fiber = yield* Effect.forkChild(running, { startImmediately: true })
    yield* TestClock.adjust("1 second")
    assert.deepStrictEqual(heard, ["một", "hai"])
    yield* Fiber.interrupt(fiber)
    const done = yield* heardOf(new Endpoint(answering("một\n\nhai\n", "\nba")), true)
    yield* done.running
    assert.deepStrictEqual(done.heard, ["một", "hai", "ba"])
  })
)

it.effect("where they are not, the answer is one", () =>
  Effect.gen(function* () {
    const { heard, running } = yield* heardOf(new Endpoint(answering("một\n\nhai")), false)
    yield* running
    assert.deepStrictEqual(heard, ["một\n\nhai"])
  })
)

it.effect("an answer that comes whole is cut all the same, and one that fails has failed", () =>
  Effect.gen(function* () {
    const message = { role: "assistant", content: "một\n\nhai" }
    const one = yield* heardOf(new Endpoint(whole({ choices: [{ message, finish_reason: "stop" }] })), true)
    yield* one.running
    assert.deepStrictEqual(one.heard, ["một", "hai"])
    const error = event({ error: { code: "overloaded" } })
    const broken = yield* heardOf(new Endpoint(streaming(...three, error)), true)
    assert.strictEqual(yield* Effect.flip(broken.running), "Failed")
    assert.deepStrictEqual(broken.heard, ["một", "hai"])
  })
)

it.effect("stopping to listen ends the request, and the past is told as ever", () =>
  Effect.gen(function* () {
    const endpoint = new Endpoint(streaming(...three, "stall"))
    const { running } = yield* heardOf(endpoint, true)
    const fiber = yield* running.pipe(
      Effect.provideService(History, {
        recent: () =>
          Effect.succeed([
            { role: "user", text: "xưa" },
            { role: "assistant", text: "cũ" }
          ])
      }),
      Effect.forkChild({ startImmediately: true })
    )
    yield* TestClock.adjust("1 second")
    assert.lengthOf(endpoint.messages, 3)
    yield* Fiber.interrupt(fiber)
    assert.strictEqual(endpoint.aborted, 1)
  })
)
