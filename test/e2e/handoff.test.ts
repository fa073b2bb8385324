import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { json } from "node:stream/consumers"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import {
  cli,
  cliJson,
  configureBot,
  makePlace,
  type Place,
  rows,
  serve,
  soon,
  startZalo,
  stop,
  until
} from "./harness.ts"

const taken = "🙋 Your conversation was passed to a person, who will answer you right here."

const Asked = Schema.Struct({ messages: Schema.Array(Schema.Struct({ role: Schema.String, content: Schema.String })) })
const decodeAsked = Schema.decodeUnknownSync(Asked)

/** A model that answers each message with its number, and keeps what it was told. */
const startModel = Effect.acquireRelease(
  Effect.promise(async () => {
    const told: Array<ReadonlyArray<string>> = []
    const server = createServer((request, response) => {
      void answer(request, response)
    })
    const answer = async (request: IncomingMessage, response: ServerResponse) => {
      const { messages } = decodeAsked(await json(request))
      told.push(messages.map(({ content, role }) => `${role}: ${content}`))
      response.writeHead(200, { "content-type": "application/json" })
      response.end(
        JSON.stringify({
          choices: [
            { index: 0, message: { role: "assistant", content: `answer ${told.length}` }, finish_reason: "stop" }
          ]
        })
      )
    }
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    const address = server.address()
    const port = typeof address === "object" && address !== null ? address.port : 0
    return { told, server, baseUrl: `http://127.0.0.1:${port}/v1` }
  }),
  ({ server }) => Effect.sync(() => void server.close())
)

const states = (place: Place) =>
  rows(place, "SELECT state, reason, held FROM inbox ORDER BY seq").map(
    ({ held, reason, state }) => `${state} ${reason ?? "-"}${held === 1 ? " held" : ""}`
  )

it.live(
  "a person takes a chat over and hands it back, a gateway is killed meanwhile, and the model knows what was said",
  () =>
    Effect.gen(function* () {
      const { url, zalo } = yield* startZalo()
      const place = yield* makePlace(url)
      const model = yield* startModel
      const lan = yield* zalo.addUser("Lan")
      const says = (text: string) => zalo.inject({ chat: lan.id, message: { kind: "text", text } })
      const heard = (count: number) =>
        Effect.andThen(
          soon(`${count} messages`, zalo.awaitSent(lan.id, count - 1)),
          Effect.map(zalo.hears(lan.id), (all) => all.map(({ text }) => text))
        )
      const stands = (expected: ReadonlyArray<string>) =>
        until(
          expected.join(", "),
          Effect.sync(() => JSON.stringify(states(place)) === JSON.stringify(expected)),
          () => states(place).join(", ")
        )
      yield* configureBot(
        place,
        zalo,
        "polling",
        { dmPolicy: "open", allowFrom: ["*"], language: "en" },
        { agent: { type: "openai", baseUrl: model.baseUrl, model: "m" } }
      )
      const first = yield* serve(place)
      yield* says("hello")
      assert.deepStrictEqual(yield* heard(1), ["answer 1"])

      const paused = yield* cliJson(place, ["chat", "pause", "zalo", lan.id, "--reason", "a parcel"])
      assert.deepStrictEqual(paused.json, {
        ok: true,
        account: "default",
        chatId: lan.id,
        began: true,
        resumeAt: null
      })
      assert.deepStrictEqual(yield* heard(2), ["answer 1", taken])
      yield* says("where is my parcel?")
      yield* stands(["done -", "pending handoff held"])
      first.signal("SIGKILL")
      yield* soon("its end", first.ended)

      const second = yield* serve(place)
      yield* says("are you there?")
      yield* stands(["done -", "pending handoff held", "pending handoff held"])
      const waiting = yield* cliJson(place, ["chat", "list", "--waiting"])
      assert.deepStrictEqual(
        waiting.json.chats.map(({ chatId, name, pausedBy, reason, waiting }: Record<string, unknown>) => [
          chatId,
          name,
          pausedBy,
          reason,
          waiting
        ]),
        [[lan.id, "Lan", "cli", "a parcel", 2]]
      )
      const said = yield* cliJson(place, ["chat", "say", lan.id, "--message", "It comes tomorrow."])
      assert.strictEqual(said.json.ok, true)
      assert.strictEqual(said.json.messageIds.length, 1)
      assert.deepStrictEqual((yield* heard(3)).at(-1), "It comes tomorrow.")
      assert.deepStrictEqual((yield* cliJson(place, ["chat", "list", "--waiting"])).json, { chats: [] })

      const resumed = yield* cliJson(place, ["chat", "resume", "zalo", lan.id])
      assert.deepStrictEqual(resumed.json, { ok: true, account: "default", chatId: lan.id, settled: 2, released: 0 })
      assert.deepStrictEqual(states(place), ["done -", "done handoff", "done handoff"])
      const again = yield* cliJson(place, ["chat", "resume", lan.id])
      assert.deepStrictEqual([again.code, again.json.error.code], [1, "not-paused"])

      yield* says("thank you")
      assert.deepStrictEqual((yield* heard(4)).at(-1), "answer 2")
      assert.deepStrictEqual(model.told.at(-1), [
        "user: hello",
        "assistant: answer 1",
        "user: where is my parcel?\n\nare you there?",
        "assistant: It comes tomorrow.",
        "user: thank you"
      ])

      const shown = yield* cliJson(place, ["chat", "show", lan.id, "--text"])
      assert.deepStrictEqual(
        shown.json.messages.map(({ from, text }: Record<string, unknown>) => `${String(from)}: ${String(text)}`),
        [
          "person: hello",
          "bot: answer 1",
          `bot: ${taken}`,
          "person: where is my parcel?",
          "person: are you there?",
          "operator: It comes tomorrow.",
          "person: thank you",
          "bot: answer 2"
        ]
      )
      const silent = yield* cli(place, ["chat", "show", lan.id])
      assert.notInclude(silent.out, "parcel")
      assert.strictEqual((yield* stop(second)).code, 0)
    })
)

it.live("without a gateway a person is still answered, and the next one finds the pause", () =>
  Effect.gen(function* () {
    const { url, zalo } = yield* startZalo()
    const place = yield* makePlace(url)
    const lan = yield* zalo.addUser("Lan")
    const says = (text: string) => zalo.inject({ chat: lan.id, message: { kind: "text", text } })
    yield* configureBot(place, zalo, "polling", { dmPolicy: "open", allowFrom: ["*"], language: "en" })
    const before = yield* cliJson(place, ["chat", "pause", lan.id])
    assert.deepStrictEqual([before.code, before.json.error.code], [1, "not-found"])
    const first = yield* serve(place)
    yield* says("hello")
    yield* soon("the answer", zalo.awaitSent(lan.id, 0))
    assert.strictEqual((yield* stop(first)).code, 0)

    assert.strictEqual((yield* cli(place, ["chat", "pause", lan.id, "--no-notify"])).code, 0)
    const said = yield* cliJson(place, ["chat", "say", lan.id, "--message", "We are closed."])
    assert.strictEqual(said.json.messageIds.length, 1)
    const queued = yield* cliJson(place, ["chat", "say", lan.id, "--message", "Until Monday.", "--no-wait"])
    assert.match(queued.json.queued[0], /^out:\d+$/)

    const second = yield* serve(place)
    yield* says("still there?")
    yield* until(
      "it is kept",
      Effect.sync(() => states(place).at(-1) === "pending handoff held")
    )
    yield* soon("both", zalo.awaitSent(lan.id, 2))
    assert.deepStrictEqual(
      (yield* zalo.hears(lan.id)).map(({ text }) => text),
      ["hello", "We are closed.", "Until Monday."]
    )
    assert.strictEqual((yield* stop(second)).code, 0)
  })
)
