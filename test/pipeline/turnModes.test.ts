import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Latch from "effect/Latch"
import * as Stream from "effect/Stream"
import { AgentError } from "../../src/agent/AgentError.ts"
import type { AccountSettings } from "../../src/domain/Account.ts"
import { ChatId, MessageId } from "../../src/domain/ids.ts"
import { Inbox } from "../../src/journal/Inbox.ts"
import { Turns } from "../../src/pipeline/Turns.ts"
import { temporaryFile } from "../journal/kit.ts"
import {
  after,
  inboxRows,
  keyOf,
  outboxRows,
  shop,
  StubAgent,
  textUpdate,
  turnPolicy,
  turnsOn,
  worldOf
} from "./kit.ts"
import { StubZalo } from "./stub.ts"

/** A message that is received now. */
const admit = Effect.fnUntraced(function* (chat: string, id: string) {
  const inbox = yield* Inbox
  yield* inbox.admit({
    account: shop,
    messageId: MessageId.make(id),
    chat: ChatId.make(chat),
    receivedAt: yield* Clock.currentTimeMillis,
    source: "webhook",
    body: textUpdate(chat, id, id),
    state: "pending",
    reason: null
  })
})

const step = (woken: Effect.Effect<void> = Effect.never) => Turns.use((turns) => turns.step(keyOf("a"), woken))
const ends = Effect.map(inboxRows, (rows) => rows.map((row) => [row.state, row.reason]))
const texted = Effect.map(outboxRows, (rows) => rows.map((row) => JSON.parse(row.payload).text))

const world = Effect.fnUntraced(function* (changes: Partial<AccountSettings>) {
  const filename = yield* temporaryFile
  const agent = new StubAgent()
  const bridge = { reply: (turn: Parameters<typeof agent.bridge.reply>[0]) => agent.bridge.reply(turn) }
  return { agent, bridge, layer: () => turnsOn(filename, worldOf(new StubZalo().api, bridge, changes)) }
})

describe("merge", () => {
  const merge = { turns: turnPolicy({ mode: "merge" }) }

  it.effect("a burst is one turn, its messages fixed before the agent is asked and ended together", () =>
    Effect.gen(function* () {
      const { agent, layer } = yield* world(merge)
      yield* Effect.gen(function* () {
        yield* admit("a", "m1")
        const stepping = yield* Effect.forkChild(Effect.delay(step(), "1 millis"))
        yield* after("1 second")
        yield* admit("a", "m2")
        yield* after("1 second")
        assert.strictEqual(agent.turns.length, 0, "the second message began the window anew")
        yield* after("1 second")
        yield* Fiber.join(stepping)
        assert.deepStrictEqual(
          agent.turns.map((turn) => [
            String(turn.turnId),
            turn.message.text,
            turn.messages?.map(({ id }) => String(id))
          ]),
          [["shop:m1", "m1\nm2", ["m1", "m2"]]]
        )
        assert.deepStrictEqual(yield* ends, [
          ["done", null],
          ["done", null]
        ])
        assert.deepStrictEqual(yield* texted, ["re: m1\nm2"])
      }).pipe(Effect.provide(layer()))
    }).pipe(Effect.scoped)
  )

  it.effect("what comes after the agent was asked has a turn of its own, also when the first one is tried again", () =>
    Effect.gen(function* () {
      const { agent, layer } = yield* world(merge)
      agent.answer = () => Effect.fail(new AgentError({ reason: { _tag: "Failed", detail: "no idea" } }))
      yield* Effect.gen(function* () {
        yield* admit("a", "m1")
        yield* admit("a", "m2")
        yield* after("3 seconds")
        yield* step()
        yield* admit("a", "m3")
        yield* after("1 second")
      }).pipe(Effect.provide(layer()))
      agent.answer = (turn) => Effect.succeed([{ type: "text", text: turn.message.text }])
      yield* Effect.gen(function* () {
        yield* step()
        yield* after("2 seconds")
        yield* step()
        assert.deepStrictEqual(
          agent.turns.map((turn) => [String(turn.turnId), turn.attempt, turn.message.text]),
          [
            ["shop:m1", 1, "m1\nm2"],
            ["shop:m1", 2, "m1\nm2"],
            ["shop:m3", 1, "m3"]
          ]
        )
      }).pipe(Effect.provide(layer()))
    }).pipe(Effect.scoped)
  )

  it.effect("somebody who never stops writing is answered after five windows", () =>
    Effect.gen(function* () {
      const { agent, layer } = yield* world(merge)
      yield* Effect.gen(function* () {
        yield* admit("a", "m0")
        const stepping = yield* Effect.forkChild(Effect.delay(step(), "1 millis"))
        for (let i = 1; i <= 12; i++) {
          yield* after("1 second")
          yield* admit("a", `m${i}`)
        }
        yield* Fiber.join(stepping)
        assert.strictEqual(agent.turns[0]?.messages?.length, 10)
      }).pipe(Effect.provide(layer()))
    }).pipe(Effect.scoped)
  )
})

describe("interrupt", () => {
  const interrupt = { turns: turnPolicy({ mode: "interrupt" }) }

  it.effect(
    "a further message cancels the turn under way, whose reply is not sent, and its text joins the next one",
    () =>
      Effect.gen(function* () {
        const { agent, layer } = yield* world(interrupt)
        const woken = Latch.makeUnsafe(false)
        let cancelled = 0
        agent.answer = (turn) =>
          turn.message.text === "m1"
            ? Effect.onInterrupt(Effect.never, () => Effect.sync(() => void cancelled++))
            : Effect.succeed([{ type: "text", text: `re: ${turn.message.text}` }])
        yield* Effect.gen(function* () {
          yield* admit("a", "m1")
          const stepping = yield* Effect.forkChild(Effect.delay(step(woken.await), "1 millis"))
          yield* after("1 second")
          assert.strictEqual(agent.turns.length, 1)
          yield* admit("a", "m2")
          yield* woken.open
          assert.isTrue(yield* Fiber.join(stepping))
          assert.deepStrictEqual([cancelled, yield* texted], [1, []])
          yield* step()
          assert.deepStrictEqual(
            agent.turns.map((turn) => [String(turn.turnId), turn.message.text]),
            [
              ["shop:m1", "m1"],
              ["shop:m2", "m1\nm2"]
            ]
          )
          assert.deepStrictEqual(
            [yield* texted, yield* ends],
            [
              ["re: m1\nm2"],
              [
                ["done", null],
                ["done", null]
              ]
            ]
          )
        }).pipe(Effect.provide(layer()))
      }).pipe(Effect.scoped)
  )

  it.effect("a message that arrives while a failed turn waits joins it at once", () =>
    Effect.gen(function* () {
      const { agent, layer } = yield* world(interrupt)
      agent.answer = (turn) =>
        turn.message.text === "m1"
          ? Effect.fail(new AgentError({ reason: { _tag: "Failed", detail: "no idea" } }))
          : Effect.succeed([{ type: "text", text: turn.message.text }])
      yield* Effect.gen(function* () {
        yield* admit("a", "m1")
        yield* step()
        assert.isFalse(yield* step(), "it waits for its next try")
        yield* admit("a", "m2")
        yield* step()
        yield* step()
        assert.deepStrictEqual(yield* texted, ["m1\nm2"])
      }).pipe(Effect.provide(layer()))
    }).pipe(Effect.scoped)
  )
})

describe("a cap on what waits", () => {
  it.effect("gives up the oldest, or the newest, each with its reason", () =>
    Effect.gen(function* () {
      for (const drop of ["oldest", "newest"] as const) {
        const { layer } = yield* world({ turns: turnPolicy({ queue: { cap: 2, drop } }) })
        yield* Effect.gen(function* () {
          for (const id of ["m1", "m2", "m3", "m4", "m5"]) yield* admit("a", id)
          for (let i = 0; i < 5; i++) yield* step()
          assert.deepStrictEqual(
            yield* texted,
            (drop === "oldest" ? ["m1", "m4", "m5"] : ["m1", "m2", "m3"]).map((id) => `re: ${id}`)
          )
          assert.strictEqual(
            (yield* ends).filter(([state, reason]) => state === "ignored" && reason === "queue-full").length,
            2
          )
        }).pipe(Effect.provide(layer()))
      }
    }).pipe(Effect.scoped)
  )
})

describe("paragraphs as they come", () => {
  const streaming = { streaming: "paragraphs" as const }
  const paragraph = (text: string) => ({ type: "text" as const, text })

  it.effect("each part is in the outbox before the next one, and the turn ends once", () =>
    Effect.gen(function* () {
      const { bridge, layer } = yield* world(streaming)
      const going = Latch.makeUnsafe(false)
      bridge.reply = () =>
        Stream.concat(Stream.make(paragraph("one")), Stream.fromEffect(Effect.as(going.await, paragraph("two"))))
      yield* Effect.gen(function* () {
        yield* admit("a", "m1")
        const stepping = yield* Effect.forkChild(Effect.delay(step(), "1 millis"))
        yield* after("1 second")
        assert.deepStrictEqual([yield* texted, yield* ends], [["one"], [["pending", null]]])
        yield* going.open
        yield* Fiber.join(stepping)
        assert.deepStrictEqual([yield* texted, yield* ends], [["one", "two"], [["done", null]]])
      }).pipe(Effect.provide(layer()))
    }).pipe(Effect.scoped)
  )

  it.effect("after a restart with some of it committed the agent is not asked again", () =>
    Effect.gen(function* () {
      const { bridge, layer } = yield* world(streaming)
      let asked = 0
      bridge.reply = () => {
        asked++
        return Stream.concat(Stream.make(paragraph("one")), Stream.fromEffect(Effect.never))
      }
      yield* Effect.gen(function* () {
        yield* admit("a", "m1")
        yield* Effect.forkDetach(Effect.delay(step(), "1 millis"))
        yield* after("1 second")
      }).pipe(Effect.provide(layer()))
      yield* Effect.gen(function* () {
        yield* step()
        assert.deepStrictEqual([asked, yield* texted, yield* ends], [1, ["one"], [["done", "cut-by-restart"]]])
      }).pipe(Effect.provide(layer()))
    }).pipe(Effect.scoped)
  )

  it.effect("an agent that fails in the middle is not asked again either", () =>
    Effect.gen(function* () {
      const { bridge, layer } = yield* world(streaming)
      bridge.reply = () =>
        Stream.concat(
          Stream.make(paragraph("one")),
          Stream.fail(new AgentError({ reason: { _tag: "Failed", detail: "no idea" } }))
        )
      yield* Effect.gen(function* () {
        yield* admit("a", "m1")
        yield* step()
        assert.deepStrictEqual([yield* texted, yield* ends], [["one"], [["done", "cut-by-failure"]]])
      }).pipe(Effect.provide(layer()))
    }).pipe(Effect.scoped)
  )
})
