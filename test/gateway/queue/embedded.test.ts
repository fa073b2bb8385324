import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AgentBridge, Queue } from "zalo-effect"
import { FakeZalo, TestGateway } from "zalo-effect/testing"
import { traceView } from "../../../src/gateway/queue/traceView.ts"

const agent = AgentBridge.layerFunction(() => Effect.succeed("Chào!"))

it.effect("a trace tells a program's own agent from the one that stands in the configuration by default", () =>
  Effect.gen(function* () {
    const lan = (yield* FakeZalo).user("Lan")
    yield* lan.says("chào")
    assert.strictEqual(yield* lan.hears, "Chào!")
    const queue = yield* Queue
    const { outbox } = yield* queue.list({ states: ["sent"] }, { limit: 1 })
    const { turn, verdict } = traceView(yield* queue.trace(`out:${outbox[0]?.id}`), false)
    assert.deepStrictEqual([turn?.agent, verdict?.rule], ["embedded", "open"])
  }).pipe(Effect.provide(Layer.provideMerge(Queue.layerSql, TestGateway.layer({ dmPolicy: "open", agent }))))
)
