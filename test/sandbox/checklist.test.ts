// @effect-diagnostics globalFetch:off globalTimers:off
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { IncomingMessage, ServerResponse } from "node:http"
import { createServer } from "node:http"
import { serveEmulator } from "../../src/node/sandbox-server.ts"
import { checklist, type Received } from "./checklist.ts"

const token = "4055584533866160964:abc-xyz"
const hook = "https://bot.example.test/hook"

/** A server of the caller's: the webhook, and a picture. */
const makeReceiver = () => {
  let received: Array<Received> = []
  let status = 200
  let fetched = 0
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    if (request.method === "GET") {
      const found = request.url === "/picture.png"
      if (found) fetched += 1
      response.writeHead(found ? 200 : 404, { "content-type": "image/png" }).end(found ? "PNG" : "")
      return
    }
    const chunks: Array<Buffer> = []
    request.on("data", (chunk: Buffer) => chunks.push(chunk))
    request.on("end", () => {
      const headers: Record<string, string | undefined> = {}
      for (const [name, value] of Object.entries(request.headers)) headers[name] = String(value)
      received.push({ headers, body: Buffer.concat(chunks).toString("utf8") })
      response.writeHead(status).end()
    })
  }
  return {
    handle,
    received: () => {
      const all = received
      received = []
      return Promise.resolve(all)
    },
    answerWith: (next: number) => {
      status = next
    },
    fetched: () => fetched
  }
}

const serveReceiver = Effect.gen(function* () {
  const receiver = makeReceiver()
  const server = yield* Effect.acquireRelease(
    Effect.callback<ReturnType<typeof createServer>>((resume) => {
      const server = createServer(receiver.handle)
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) =>
      Effect.sync(() => {
        server.closeAllConnections()
        server.close()
      })
  )
  const address = server.address()
  const port = typeof address === "object" && address !== null ? address.port : 0
  return { ...receiver, url: `http://127.0.0.1:${port}` }
})

it.live(
  "the served emulator passes the checklist of a client that knows nothing of it",
  () =>
    Effect.gen(function* () {
      const receiver = yield* serveReceiver
      const { url } = yield* serveEmulator({
        bots: [{ token }],
        switches: { webhookTargets: { "https://bot.example.test": receiver.url }, photoRefetchMs: 20 }
      })
      const post = async (path: string, body: unknown): Promise<Record<string, unknown>> => {
        const response = await fetch(`${url}/sandbox/api${path}`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(body)
        })
        if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
        return response.json()
      }
      const write = async (chat: string, message: Readonly<Record<string, unknown>>) =>
        String((await post("/messages", { chat, from: chat, ...message }))["message_id"])
      const findings = yield* Effect.promise(() =>
        checklist(url, {
          token,
          hook,
          newcomer: async (text) => {
            const chat = String((await post("/users", { name: "Người mới" }))["id"])
            return { chat, messageId: await write(chat, { kind: "text", text }) }
          },
          write,
          raw: async (body) => void (await post("/messages", { kind: "raw", body })),
          set: async (switches) => void (await post("/faults", { switches })),
          received: receiver.received,
          answerWith: receiver.answerWith,
          picture: { url: `${receiver.url}/picture.png`, fetched: receiver.fetched }
        })
      )
      assert.isAbove(findings.length, 25)
      assert.deepStrictEqual(
        findings.filter(({ problem }) => problem !== undefined),
        []
      )
    }).pipe(Effect.scoped),
  30_000
)
