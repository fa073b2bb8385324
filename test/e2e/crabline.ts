import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { eventually, soon, token } from "./harness.ts"

/** An emulated Zalo that others wrote; undefined where it is not installed. */
export const crabline = await import("@openclaw/crabline").then(
  ({ startZaloServer }) => ({ startZaloServer }),
  (error: unknown) => {
    process.stderr.write(`what needs @openclaw/crabline is skipped, because it cannot be loaded: ${String(error)}\n`)
    return undefined
  }
)

export const lan = { chatId: "6ede9afa66b88fe6d6a9", senderId: "6ede9afa66b88fe6d6a9", senderName: "Lan" }
export const group = {
  chatId: "zgr-f8a7101d77709e2ec761",
  chatType: "GROUP",
  senderId: lan.senderId,
  senderName: "Lan"
}

const post = (url: string, body: object, headers: Readonly<Record<string, string>> = {}) =>
  Effect.promise(async (signal) => {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
      signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)])
    })
    const answer: unknown = JSON.parse(await response.text())
    return { status: response.status, answer }
  })

interface Recorded {
  readonly method: string
  readonly body: Readonly<Record<string, unknown>>
}

/** It on a loopback port, closed at the end of the test however that comes. */
export const startCrabline = Effect.fnUntraced(function* () {
  if (crabline === undefined) return yield* Effect.die(new Error("not loaded"))
  const folder = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "zalo-effect-crabline-"))),
    (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }))
  )
  const recorded: Array<Recorded> = []
  const server = yield* Effect.acquireRelease(
    Effect.promise(() =>
      crabline.startZaloServer({
        host: "127.0.0.1",
        botToken: token,
        botId: "4055584533866160964",
        recorderPath: join(folder, "recorder.jsonl"),
        webhookDeliveryTimeoutMs: 5_000,
        onEvent: ({ body, path, type }) => {
          if (type !== "api") return
          const fields = typeof body === "object" && body !== null ? Object.entries(body) : []
          recorded.push({ method: path.split("/").at(-1) ?? "", body: Object.fromEntries(fields) })
        }
      })
    ),
    (started) =>
      soon(
        "the end of crabline",
        Effect.promise(() => started.close())
      )
  )
  const { baseUrl, adminToken, endpoints } = server.manifest
  const inject = (from: typeof lan, text: string) =>
    Effect.map(post(endpoints.adminInboundUrl, { ...from, text }, { "x-crabline-admin-token": adminToken }), (reply) =>
      assert.strictEqual(reply.status, 200, JSON.stringify(reply.answer))
    )
  /** The bodies of what was asked of one method. */
  const asked = (method: string) => recorded.flatMap((one) => (one.method === method ? [one.body] : []))
  /** The words that reached a chat, once there are so many. */
  const heard = (chat: string, count: number) =>
    eventually(
      `${count} messages in ${chat}`,
      Effect.sync(() => {
        const texts = asked("sendMessage").flatMap(({ chat_id, text }) => (chat_id === chat ? [text] : []))
        return texts.length >= count ? texts : undefined
      })
    )
  return { baseUrl, inject, asked, heard, recorded }
})
