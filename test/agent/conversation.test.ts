import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { HttpClient } from "effect/http/HttpClient"
import { AgentError } from "../../src/agent/AgentError.ts"
import { conversation, estimateTokens, type HistoryBudget } from "../../src/agent/conversation.ts"
import { History, type HistoryMessage } from "../../src/agent/History.ts"
import { makeOpenAi, type OpenAiOptions } from "../../src/agent/openai.ts"
import type { Turn } from "../../src/domain/Turn.ts"
import { answering, Endpoint } from "./openai-server.ts"
import { ask, turnWith } from "./turn.ts"

const user = (text: string): HistoryMessage => ({ role: "user", text })
const bot = (text: string): HistoryMessage => ({ role: "assistant", text })

const remembering = (messages: ReadonlyArray<HistoryMessage>) =>
  Effect.provideService(History, { recent: (_turn, limit) => Effect.succeed(messages.slice(-limit.messages)) })

const now = turnWith({ text: "bây giờ" })

const told = (messages: ReadonlyArray<HistoryMessage>, budget: HistoryBudget = { messages: 20, tokens: 4_000 }) =>
  conversation(now, budget, false).pipe(remembering(messages))

it.effect("a model is told what was said before, oldest first", () =>
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* told([user("một"), bot("hai"), user("ba"), bot("bốn")]), {
      earlier: [user("một"), bot("hai"), user("ba"), bot("bốn")],
      now: "bây giờ"
    })
    assert.deepStrictEqual(yield* told([]), { earlier: [], now: "bây giờ" })
  })
)

it.effect("it begins with a person, and sides take turns", () =>
  Effect.gen(function* () {
    assert.deepStrictEqual(
      yield* told([bot("lời cũ"), user("một"), user(" "), user("hai"), bot("ba"), bot("bốn"), user("năm")]),
      { earlier: [user("một\n\nhai"), bot("ba\n\nbốn")], now: "năm\n\nbây giờ" }
    )
  })
)

it.effect("the newest that fit the budget are told, and none is cut", () =>
  Effect.gen(function* () {
    const long = "x".repeat(300)
    assert.strictEqual(estimateTokens(long), 104)
    const past = [user(long), bot(long), user("hai"), bot(long)]
    // "hai" is 5, the two long ones 208.
    assert.deepStrictEqual((yield* told(past, { messages: 20, tokens: 213 })).earlier, [user("hai"), bot(long)])
    assert.deepStrictEqual((yield* told(past, { messages: 20, tokens: 108 })).earlier, [])
    assert.deepStrictEqual((yield* told(past, { messages: 2, tokens: 4_000 })).earlier, [user("hai"), bot(long)])
    assert.lengthOf((yield* told(past, { messages: 20, tokens: 4_000 })).earlier, 4)
  })
)

it.effect("no budget asks for no history, and a history that cannot be read fails the turn", () =>
  Effect.gen(function* () {
    const error = new AgentError({ reason: { _tag: "Unavailable", detail: "no journal" } })
    const broken = Effect.provideService(History, { recent: () => Effect.fail(error) })
    for (const budget of [
      { messages: 0, tokens: 10 },
      { messages: 10, tokens: 0 }
    ]) {
      assert.deepStrictEqual((yield* conversation(now, budget, false).pipe(broken)).earlier, [])
    }
    assert.strictEqual(yield* conversation(now, { messages: 1, tokens: 1 }, false).pipe(broken, Effect.flip), error)
  })
)

it("tokens are estimated by bytes, so that Vietnamese counts for what it is", () => {
  assert.deepStrictEqual(
    ["", "hello there", "xin chào các bạn", "👨‍👩‍👧"].map((text) => estimateTokens(text)),
    [4, 8, 11, 10]
  )
})

const asking = (endpoint: Endpoint, more: Partial<OpenAiOptions>, asked = now) =>
  makeOpenAi({ baseUrl: "https://model.test/v1", model: "m", ...more }).pipe(
    Effect.provideService(HttpClient, endpoint.client),
    Effect.flatMap((bridge) => ask(bridge, asked)),
    Effect.provide(NodeFileSystem.layer)
  )

it.effect("the openai agent sends the past between its instructions and the message", () =>
  Effect.gen(function* () {
    const endpoint = new Endpoint(answering("ừ"))
    yield* asking(endpoint, { instructions: "Ngắn gọn.", history: { messages: 2, tokens: 100 } }).pipe(
      remembering([user("xưa"), bot("cũ"), user("một"), bot("hai")])
    )
    assert.deepStrictEqual(endpoint.messages, [
      { role: "system", content: "Ngắn gọn." },
      { role: "user", content: "một" },
      { role: "assistant", content: "hai" },
      { role: "user", content: "bây giờ" }
    ])
  })
)

const photo = (media: Turn["message"]["media"], text = "đây là gì?") =>
  turnWith({ kind: "photo", text, ...(media !== undefined && { media }) })

const shown = (media: Turn["message"]["media"], text?: string, images = true) =>
  Effect.gen(function* () {
    const endpoint = new Endpoint(answering("một con mèo"))
    yield* asking(endpoint, { images }, photo(media, text))
    return endpoint.messages[0]?.content
  })

const withPicture = (url: string, ...words: ReadonlyArray<string>) => [
  ...words.map((text) => ({ type: "text", text })),
  { type: "image_url", image_url: { url } }
]

const url = "https://photo.test/1.jpg"

it.effect("a picture is shown by its address, with its caption if it has one", () =>
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* shown({ url }), withPicture(url, "đây là gì?"))
    assert.deepStrictEqual(yield* shown({ url }, ""), withPicture(url))
  })
)

it.effect("a picture that was fetched is shown itself, and by its address if the file cannot be had", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const directory = yield* fs.makeTempDirectoryScoped()
    const path = `${directory}/cat`
    yield* fs.writeFileString(path, "PNG!")
    assert.deepStrictEqual(
      yield* shown({ path, contentType: "image/png", url }),
      withPicture("data:image/png;base64,UE5HIQ==", "đây là gì?")
    )
    assert.deepStrictEqual(yield* shown({ path }), withPicture("data:image/jpeg;base64,UE5HIQ==", "đây là gì?"))
    assert.deepStrictEqual(yield* shown({ path: `${directory}/gone`, url }), withPicture(url, "đây là gì?"))
    yield* fs.truncate(path, 20 * 1024 * 1024 + 1)
    assert.deepStrictEqual(yield* shown({ path, url }), withPicture(url, "đây là gì?"))
  }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer))
)

it.effect("a picture that cannot be shown, or shall not be, is told in words", () =>
  Effect.gen(function* () {
    for (const media of [undefined, {}, { url: "file:///etc/passwd" }, { url, contentType: "text/html" }]) {
      assert.strictEqual(yield* shown(media), "[photo] đây là gì?")
    }
    assert.strictEqual(yield* shown({ url }, "", false), "[photo]")
  })
)
