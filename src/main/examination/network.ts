import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type { AccountSettings, AgentConfig } from "../../domain/Account.ts"
import type { GatewaySettings } from "../../gateway/config/Settings.ts"
import type { AgentFacts, ProbeFacts, ServerFacts } from "../../gateway/doctor/facts.ts"
import { layerHttpClients, layerPlatform } from "../../node/gateway.ts"
import { agentFacts } from "./agent.ts"
import { serverFacts } from "./server.ts"
import { clockAhead, probe } from "./zalo.ts"

/** Whatever is asked over a connection. Its module brings an HTTP client along: a status that asks nobody does without. */
export interface Network {
  agent(agent: AgentConfig): Effect.Effect<AgentFacts>
  probe(account: AccountSettings, apiUrl: string): Effect.Effect<ProbeFacts, never, Scope.Scope>
  clockAhead(apiUrl: string): Effect.Effect<number | null>
  server(gateway: Pick<GatewaySettings, "host" | "port">): Effect.Effect<ServerFacts>
}

export const makeNetwork: Effect.Effect<Network, never, Scope.Scope> = Effect.map(
  Layer.build(layerHttpClients.pipe(Layer.provideMerge(layerPlatform))),
  (context) => ({
    agent: (agent) => Effect.provideContext(agentFacts(agent), context),
    probe: (account, apiUrl) => Effect.provideContext(probe(account, apiUrl), context),
    clockAhead: (apiUrl) => Effect.provideContext(clockAhead(apiUrl), context),
    server: (gateway) => Effect.provideContext(serverFacts(gateway), context)
  })
)
