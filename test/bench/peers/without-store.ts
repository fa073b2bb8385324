// Our webhook route before an inbox that says yes and keeps nothing: what the journal adds is the rest.
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { createServer } from "node:http"
import { AccountId } from "../../../src/domain/ids.ts"
import { Inbox } from "../../../src/journal/Inbox.ts"
import * as Webhook from "../../../src/updates/Webhook.ts"
import { WebhookTargets } from "../../../src/updates/WebhookTargets.ts"
import { ready } from "../rpc.ts"
import { secret } from "../updates.ts"

const listening = Layer.effectDiscard(
  Effect.gen(function* () {
    const targets = yield* WebhookTargets
    const { address } = yield* HttpServer.HttpServer
    yield* targets.add({
      account: AccountId.make("default"),
      path: "/zalo",
      secret: Redacted.make(secret),
      onAdmitted: () => Effect.void
    })
    ready(Number(new URL(HttpServer.formatAddress(address)).port))
  })
)

HttpRouter.serve(Webhook.layer(), { disableListenLog: true, disableLogger: true }).pipe(
  Layer.merge(listening),
  Layer.provide(Webhook.untraced),
  Layer.provide(WebhookTargets.layer),
  Layer.provide(Layer.mock(Inbox, { admit: () => Effect.succeed(true) })),
  Layer.provide(NodeCrypto.layerDigest),
  Layer.provide(NodeHttpServer.layerServer(createServer, { host: "127.0.0.1", port: 0 })),
  Layer.launch,
  NodeRuntime.runMain
)
