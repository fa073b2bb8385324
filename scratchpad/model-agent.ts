// A gateway inside a program, answered by a language model that may call a tool.
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as LanguageModel from "effect/ai/LanguageModel"
import * as Tool from "effect/ai/Tool"
import * as Toolkit from "effect/ai/Toolkit"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { AgentBridge, CurrentTurn } from "zalo-effect"
import { NodeGateway } from "zalo-effect/node"

const tools = Toolkit.make(
  Tool.make("orders", {
    description: "The open orders of whoever is asking.",
    parameters: Schema.Struct({ status: Schema.String }),
    success: Schema.String
  })
)

// Who is asking comes from the turn, never from the model.
const handlers = tools.toLayer({
  orders: ({ status }) =>
    Effect.map(CurrentTurn, (turn) => `2 đơn ${status} của ${Option.getOrThrow(turn).sender.displayName}`)
})

// Your provider's layer stands here. This one asks for the orders, and repeats what the tool said.
const finish = {
  type: "finish",
  reason: "stop",
  response: undefined,
  usage: {
    inputTokens: { uncached: undefined, total: 1, cacheRead: undefined, cacheWrite: undefined },
    outputTokens: { total: 1, text: undefined, reasoning: undefined }
  }
} as const

const model = Layer.effect(
  LanguageModel.LanguageModel,
  LanguageModel.make({
    generateText: ({ prompt }) =>
      Effect.sync(() => {
        const last = prompt.content.at(-1)
        const result = last?.role === "tool" ? last.content.find((part) => part.type === "tool-result") : undefined
        return result === undefined
          ? [{ type: "tool-call", id: "1", name: "orders", params: { status: "mới" } }, finish]
          : [{ type: "text", text: `Bạn có ${String(result.result)}.` }, finish]
      }),
    streamText: () => Stream.die("not used")
  })
)

const agent = AgentBridge.layerModel({ instructions: "Bạn là nhân viên cửa hàng.", toolkit: tools }).pipe(
  Layer.provide([model, handlers])
)

NodeGateway.layerConfig().pipe(Layer.provide(agent), Layer.launch, NodeRuntime.runMain)
