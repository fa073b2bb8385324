import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { AgentError } from "../../../src/agent/AgentError.ts"
import type { AccountSettings } from "../../../src/domain/Account.ts"
import { traceView } from "../../../src/gateway/queue/traceView.ts"
import { Queue } from "../../../src/journal/queue/Queue.ts"
import { Pipeline } from "../../../src/pipeline/Pipeline.ts"
import { RateLimited } from "../../../src/zalo/ZaloError.ts"
import { temporaryFile } from "../../journal/kit.ts"
import { refusal, StubZalo } from "../../pipeline/stub.ts"
import { admit, keyOf, pass, processOn, says, settled, StubAgent, turnPolicy, worldOf } from "../../pipeline/kit.ts"

/** Messages of the kit are received at this time: the test's clock begins there. */
const received = 1_793_000_000_000

const running = Effect.fnUntraced(function* (changes: Partial<AccountSettings> = {}) {
  yield* TestClock.setTime(received)
  const filename = yield* temporaryFile
  const zalo = new StubZalo()
  const agent = new StubAgent()
  const bridge = { reply: (turn: Parameters<typeof agent.bridge.reply>[0]) => agent.bridge.reply(turn) }
  const layer = Queue.layerSql.pipe(Layer.provideMerge(processOn(filename, worldOf(zalo.api, bridge, changes))))
  return { agent, bridge, layer, zalo }
})

const trace = (id: string, withText = false) =>
  Effect.map(
    Queue.use((queue) => queue.trace(id)),
    (found) => traceView(found, withText)
  )

describe("a trace", () => {
  it.effect("follows a message from its receipt to the last part of its reply, with the time of each step", () =>
    Effect.gen(function* () {
      const { agent, layer, zalo } = yield* running()
      agent.answer = () => Effect.delay(Effect.succeed([{ type: "text", text: "xin chào" }]), "2 seconds")
      zalo.answer = (_, n) => Effect.delay(Effect.succeed({ messageId: `z${n}` }), "30 millis")
      yield* Effect.gen(function* () {
        yield* admit("a", "m1")
        yield* TestClock.adjust("5 millis")
        yield* Pipeline.use((pipeline) => pipeline.admitted(keyOf("a")))
        yield* pass("3 seconds", "10 millis")
        const { message, sends, turn, verdict } = yield* trace("in:shop/m1")
        assert.deepInclude(message, {
          id: "in:shop/m1",
          state: "done",
          kind: "text",
          sender: { id: "u-a", displayName: "Lan" }
        })
        assert.deepStrictEqual(verdict, { decision: "allow", rule: "open", reason: null })
        assert.deepInclude(turn, { id: "shop:m1", members: ["in:shop/m1"], state: "done", agent: "echo", attempts: 0 })
        assert.deepStrictEqual(turn?.times, {
          waitedMs: 5,
          agentMs: 2_000,
          firstSentMs: 30,
          lastSentMs: 30,
          totalMs: 2_035
        })
        assert.deepStrictEqual(
          sends.map(({ attempts, id, messageId, state }) => [
            id,
            state,
            messageId,
            attempts.map(({ outcome }) => outcome)
          ]),
          [["out:1", "sent", "z2", ["sent"]]]
        )
        assert.isFalse("text" in (message ?? {}) || "text" in (sends[0] ?? {}))
        const told = yield* trace("z2", true)
        assert.deepStrictEqual([told.message?.text, told.sends[0]?.text], ["m1", "xin chào"])
      }).pipe(Effect.provide(layer))
    })
  )

  it.effect("shows each call of a part that was refused and sent again", () =>
    Effect.gen(function* () {
      const { layer, zalo } = yield* running()
      zalo.answer = (_, n) => (n === 1 ? Effect.fail(refusal(new RateLimited())) : Effect.succeed({ messageId: "z9" }))
      yield* Effect.gen(function* () {
        yield* says("a", "m1")
        yield* pass("5 seconds")
        const { sends } = yield* trace("out:1")
        assert.deepStrictEqual(
          sends[0]?.attempts.map(({ n, outcome }) => [n, outcome]),
          [
            [1, "not-delivered"],
            [2, "sent"]
          ]
        )
      }).pipe(Effect.provide(layer))
    })
  )

  it.effect("knows all messages of a merged turn, whichever of them it is asked about", () =>
    Effect.gen(function* () {
      const { layer } = yield* running({ turns: turnPolicy({ mode: "merge" }) })
      yield* Effect.gen(function* () {
        for (const id of ["m1", "m2", "m3"]) yield* says("a", id)
        yield* pass("15 seconds")
        for (const id of ["m1", "m3"]) {
          const { message, sends, turn, verdict } = yield* trace(id)
          assert.strictEqual(message?.messageId, id)
          assert.deepStrictEqual(turn?.members, ["in:shop/m1", "in:shop/m2", "in:shop/m3"])
          assert.strictEqual(verdict?.rule, "open")
          assert.lengthOf(sends, 1)
        }
      }).pipe(Effect.provide(layer))
    })
  )

  it.effect("shows the parts of a reply that streams while its turn goes on", () =>
    Effect.gen(function* () {
      const { bridge, layer } = yield* running({ streaming: "paragraphs" })
      const rest = yield* Latch.make(false)
      const answer = Stream.concat(
        Stream.make({ type: "text" as const, text: "một" }),
        Stream.fromEffect(Effect.as(rest.await, { type: "text" as const, text: "hai" }))
      )
      bridge.reply = () => answer
      yield* Effect.gen(function* () {
        yield* says("a", "m1")
        yield* settled
        const half = yield* trace("m1")
        assert.deepStrictEqual([half.turn?.state, half.turn?.starts, half.sends.length], ["pending", 1, 1])
        assert.isNull(half.turn?.answeredAt)
        yield* rest.open
        yield* settled
        assert.deepStrictEqual(
          (yield* trace("m1")).sends.map(({ state }) => state),
          ["sent", "sent"]
        )
      }).pipe(Effect.provide(layer))
    })
  )

  it.effect("says of a message without a turn why it has none", () =>
    Effect.gen(function* () {
      const { layer } = yield* running({
        access: {
          ...worldOf(new StubZalo().api, new StubAgent().bridge).settings.access,
          dmPolicy: "allowlist",
          allowFrom: []
        }
      })
      yield* Effect.gen(function* () {
        yield* says("a", "m1")
        yield* says("b", "broken", "{")
        yield* settled
        const { turn, verdict } = yield* trace("m1")
        assert.deepStrictEqual([turn, verdict], [null, { decision: "drop", rule: null, reason: "not-allowed" }])
        const broken = yield* trace("broken")
        assert.deepInclude(broken.message, { state: "dead", reason: "undecodable", kind: null, sender: null })
        assert.strictEqual(broken.verdict?.decision, "none")
      }).pipe(Effect.provide(layer))
    })
  )

  it.effect("says why a turn failed, and when it is tried again", () =>
    Effect.gen(function* () {
      const { agent, layer } = yield* running()
      agent.answer = () => Effect.fail(new AgentError({ reason: { _tag: "Failed", detail: "the model is down" } }))
      yield* Effect.gen(function* () {
        yield* says("a", "m1")
        yield* settled
        const { turn } = yield* trace("m1")
        assert.deepInclude(turn, { state: "pending", attempts: 1, starts: 0 })
        assert.include(turn?.detail, "the model is down")
        assert.strictEqual(turn?.nextAt, new Date(received + 1_000).toISOString())
      }).pipe(Effect.provide(layer))
    })
  )
})

describe("a repair beside the pipeline", () => {
  it.effect("a message that is dropped while its turn runs gets no reply, and its chat goes on", () =>
    Effect.gen(function* () {
      const { agent, layer, zalo } = yield* running()
      const answered = yield* Latch.make(false)
      agent.answer = (turn) => Effect.as(answered.await, [{ type: "text", text: `re: ${turn.message.text}` }])
      yield* Effect.gen(function* () {
        yield* says("a", "m1")
        yield* says("a", "m2")
        yield* settled
        const queue = yield* Queue
        const refusedDrop = yield* Effect.flip(queue.drop("m1", { by: "test" }))
        assert.include(refusedDrop.message, "--force")
        yield* queue.drop("m1", { by: "test", force: true })
        yield* answered.open
        yield* settled
        assert.deepStrictEqual(zalo.texts, ["re: m2"])
        assert.deepInclude((yield* trace("m1")).message, { state: "dead", reason: "dropped" })
      }).pipe(Effect.provide(layer))
    })
  )

  it.effect("a retried message is answered before the ones that were written after it", () =>
    Effect.gen(function* () {
      const { agent, layer, zalo } = yield* running({ turns: turnPolicy({ attempts: 1, notice: false }) })
      agent.answer = () => Effect.fail(new AgentError({ reason: { _tag: "Failed", detail: "down" } }))
      yield* Effect.gen(function* () {
        yield* says("a", "m1")
        yield* settled
        const slow = yield* Latch.make(false)
        agent.answer = (turn) =>
          Effect.as(turn.message.id === "m2" ? slow.await : Effect.void, [{ type: "text", text: turn.message.text }])
        yield* says("a", "m2")
        yield* says("a", "m3")
        yield* settled
        const retrying = yield* Effect.forkChild(Queue.use((queue) => queue.retry("m1", { by: "test" })))
        yield* Fiber.join(retrying)
        yield* slow.open
        yield* settled
        // The turn that ran was left alone; of those that wait, the oldest comes first.
        assert.deepStrictEqual(zalo.texts, ["m2", "m1", "m3"])
      }).pipe(Effect.provide(layer))
    })
  )
})
