import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as HttpClients from "../../src/node/http-client.ts"
import { layerHangup, layerLoopback } from "../../src/node/sandbox-server.ts"
import { layerFirstUser, pageRoutes } from "../../src/sandbox/page/routes.ts"
import { playground } from "../../src/sandbox/playground.ts"
import { routes } from "../../src/sandbox/routes.ts"
import { DeskError, type PendingSender, SandboxDesk, type TransportMode } from "../../src/sandbox/SandboxDesk.ts"
import { EmulatedZalo } from "../../src/sandbox/Zalo.ts"

const token = "4055584533866160964:page-test"
const hook = "https://sandbox.zalo.test"

const Update = Schema.Struct({
  message: Schema.Struct({
    chat: Schema.Struct({ id: Schema.String, chat_type: Schema.String }),
    from: Schema.Struct({ id: Schema.String, display_name: Schema.String }),
    message_id: Schema.String,
    text: Schema.optionalKey(Schema.String),
    caption: Schema.optionalKey(Schema.String)
  })
})
const isUpdate = Schema.is(Update)

/** A bot in a few lines that pairs and echoes: what the page has beside it when there is no gateway yet. */
const makeBot = Effect.fnUntraced(function* (api: () => string) {
  const waiting = new Map<string, PendingSender>()
  const known = new Set<string>()
  let poll: Fiber.Fiber<never> | undefined
  let mode: TransportMode = "polling"

  const call = (method: string, params: Record<string, unknown>) =>
    Effect.promise(async (signal) => {
      const response = await fetch(`${api()}/bot${token}/${method}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(params),
        signal
      })
      const body: unknown = await response.json()
      return typeof body === "object" && body !== null && "result" in body ? body.result : undefined
    }).pipe(Effect.catchCause(() => Effect.undefined))

  const handle = Effect.fnUntraced(function* (update: unknown) {
    if (!isUpdate(update)) return
    const { caption, chat, from, text } = update.message
    if (!known.has(from.id) && chat.chat_type === "PRIVATE") {
      if (waiting.has(from.id)) return
      const now = yield* DateTime.now
      const code = `PAIR${from.id.slice(0, 4).toUpperCase()}`
      waiting.set(from.id, {
        account: "default",
        senderId: from.id,
        displayName: from.display_name,
        code,
        createdAt: now,
        expiresAt: DateTime.add(now, { hours: 1 })
      })
      yield* call("sendMessage", { chat_id: chat.id, text: `Mã ghép nối của bạn:\n\n${code}` })
      return
    }
    yield* call("sendChatAction", { chat_id: chat.id, action: "typing" })
    yield* Effect.sleep("400 millis")
    const said = text ?? caption ?? ""
    if (said === "sticker?") yield* call("sendSticker", { chat_id: chat.id, sticker: "5a1c0d2e3f4b5c6d7e8f" })
    else if (said !== "") yield* call("sendMessage", { chat_id: chat.id, text: said })
  })

  const scope = yield* Effect.scope
  const polling = call("getUpdates", { timeout: 20 }).pipe(
    Effect.flatMap((update) => Effect.forkIn(handle(update), scope)),
    Effect.forever
  )
  const start = Effect.gen(function* () {
    poll = yield* Effect.forkIn(polling, scope)
  })

  const transport = Effect.sync(() => ({ mode, ready: true, detail: "" }))
  const decide = (code: string, yes: boolean) =>
    Effect.gen(function* () {
      const found = Array.from(waiting.values()).find((one) => one.code === code)
      if (found === undefined) return yield* new DeskError({ reason: "unknown", detail: "No such code." })
      waiting.delete(found.senderId)
      if (yes) known.add(found.senderId)
    })

  const desk = SandboxDesk.of({
    pending: Effect.sync(() => Array.from(waiting.values())),
    approve: (code) => decide(code, true),
    decline: (code) => decide(code, false),
    transport,
    setTransport: Effect.fnUntraced(function* (next) {
      if (poll !== undefined) yield* Fiber.interrupt(poll)
      poll = undefined
      mode = next
      if (next === "webhook") yield* call("setWebhook", { url: `${hook}/hook`, secret_token: "a-good-secret" })
      else {
        yield* call("deleteWebhook", {})
        yield* start
      }
      return yield* transport
    })
  })
  const webhook = HttpRouter.add(
    "POST",
    "/hook",
    Effect.gen(function* () {
      const request = yield* HttpServerRequest.HttpServerRequest
      const text = yield* request.text
      if (text !== "") yield* Effect.forkIn(handle(JSON.parse(text)), scope)
      return HttpServerResponse.jsonUnsafe({ message: "Success" })
    })
  )
  return { desk, webhook, start }
})

/** Emulator, page and the small bot on loopback. Gives the page's address. */
export const servePage = Effect.gen(function* () {
  let url = ""
  const bot = yield* makeBot(() => url)
  const context = yield* Layer.build(
    HttpRouter.serve(Layer.mergeAll(routes, playground, pageRoutes, bot.webhook), {
      disableListenLog: true,
      disableLogger: true
    }).pipe(
      Layer.merge(layerFirstUser),
      Layer.provide(layerHangup),
      Layer.provideMerge(layerLoopback(0)),
      Layer.provideMerge(EmulatedZalo.layer({ bots: [{ token }], switches: { photoFetch: "believed" } })),
      Layer.provide([Layer.succeed(SandboxDesk, bot.desk), HttpClients.layer, NodeFileSystem.layer, NodePath.layer])
    )
  )
  url = HttpServer.formatAddress(Context.get(context, HttpServer.HttpServer).address)
  const zalo = Context.get(context, EmulatedZalo)
  yield* zalo.set({ webhookTargets: { [hook]: url } })
  yield* bot.start
  return { url, zalo }
})
