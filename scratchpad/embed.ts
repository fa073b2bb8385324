// A gateway inside a program: its own function answers. Configured as `serve` is.
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AgentBridge } from "zalo-effect"
import { NodeGateway } from "zalo-effect/node"

const agent = AgentBridge.layerFunction((turn) => Effect.succeed(`Chào ${turn.sender.displayName}!`))

NodeGateway.layerConfig().pipe(Layer.provide(agent), Layer.launch, NodeRuntime.runMain)
