import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import type { Fault } from "../../src/sandbox/settings.ts"
import {
  configureBot,
  eventually,
  freePort,
  makePlace,
  type Place,
  rows,
  serve,
  soon,
  startZalo,
  webhookSecret,
  type Zalo
} from "../e2e/harness.ts"

const text = (words: string) => ({ kind: "text", text: words }) as const
const open = { dmPolicy: "open", allowFrom: ["*"] }

/** What one send of one chat meets, and what its row must say in the end. */
interface Case {
  readonly name: string
  readonly fault: Fault | undefined
  readonly state: "sent" | "unknown" | "dead"
  /** Of each attempt. */
  readonly outcomes: ReadonlyArray<string>
  /** How often Zalo took it. */
  readonly taken: number
}

const once = (fault: Fault): Fault => ({ ...fault, method: "sendMessage", times: 1 })
const unclear = (name: string, fault: Fault): Case => ({
  name,
  fault: once(fault),
  state: "unknown",
  outcomes: ["unknown"],
  taken: fault.taken === true ? 1 : 0
})
const later = (name: string, fault: Fault): Case => ({
  name,
  fault: once(fault),
  state: "sent",
  outcomes: ["not-delivered", "sent"],
  taken: 1
})
const refused = (name: string, fault: Fault): Case => ({
  name,
  fault: once(fault),
  state: "dead",
  outcomes: ["refused"],
  taken: 0
})

/** Each fault at each moment at which it can happen. */
const cases: ReadonlyArray<Case> = [
  { name: "nothing goes wrong", fault: undefined, state: "sent", outcomes: ["sent"], taken: 1 },
  {
    name: "the answer takes its time",
    fault: once({ kind: "delay", ms: 400, taken: true }),
    state: "sent",
    outcomes: ["sent"],
    taken: 1
  },
  unclear("cut after the request, before it was taken", { kind: "drop" }),
  unclear("cut after it was taken, before the answer", { kind: "drop", taken: true }),
  unclear("torn right after the headers, not taken", { kind: "tear", share: 0 }),
  unclear("torn right after the headers, taken", { kind: "tear", share: 0, taken: true }),
  unclear("torn inside the answer, not taken", { kind: "tear", share: 0.5 }),
  unclear("torn inside the answer, taken", { kind: "tear", share: 0.5, taken: true }),
  unclear("torn before the answer's last byte, taken", { kind: "tear", share: 1, taken: true }),
  unclear("a gateway's 502, not taken", { kind: "html", status: 502 }),
  unclear("a gateway's 502, taken", { kind: "html", status: 502, taken: true }),
  unclear("a gateway's 504, not taken", { kind: "html", status: 504 }),
  unclear("a gateway's 504, taken", { kind: "html", status: 504, taken: true }),
  unclear("JSON 500, not taken", { kind: "error", code: 500, description: "Internal server error" }),
  unclear("JSON 500, taken", { kind: "error", code: 500, description: "Internal server error", taken: true }),
  unclear("JSON 408, not taken", { kind: "error", code: 408, description: "Request timeout" }),
  unclear("JSON 408, taken", { kind: "error", code: 408, description: "Request timeout", taken: true }),
  unclear("never answered, not taken", { kind: "hang" }),
  unclear("never answered, taken", { kind: "hang", taken: true }),
  refused("JSON 400", { kind: "error", code: 400, description: "Bad request" }),
  refused("JSON 404", { kind: "error", code: 404, description: "Not Found" })
]

/** Each in a gateway of its own: two of them at once would slow the account down. */
const refusals: ReadonlyArray<Case> = [
  later("a gateway's 429", { kind: "html", status: 429 }),
  later("JSON 429", { kind: "error", code: 429, description: "Quota exceeded" })
]

const outcomesOf = (place: Place, chat: string) => {
  const [row] = rows(place, "SELECT id, state, message_id FROM outbox WHERE chat = ? ORDER BY id", chat)
  if (row === undefined || row["state"] === "queued" || row["state"] === "sending") return undefined
  const attempts = rows(place, "SELECT outcome FROM send_attempt WHERE outbox_id = ? ORDER BY n", row["id"] ?? null)
  return {
    state: row["state"],
    messageId: row["message_id"],
    outcomes: attempts.map((attempt) => attempt["outcome"])
  }
}

const takenOf = (zalo: Zalo, chat: string, words: string) =>
  Effect.map(zalo.calls, (calls) =>
    calls.filter((call) => call.taken && call.params["chat_id"] === chat && call.params["text"] === words)
  )

const setUp = Effect.fnUntraced(function* (onUnknown: "hold" | "resend") {
  const { url, zalo } = yield* startZalo()
  const place = yield* makePlace(url)
  yield* configureBot(place, zalo, "webhook", { ...open, onUnknown })
  const gateway = yield* serve(place)
  return { gateway, place, zalo }
})

/** One chat meets it, and its row and Zalo must agree. */
const meet = Effect.fnUntraced(function* (
  one: Case,
  { gateway, place, zalo }: Effect.Success<ReturnType<typeof setUp>>
) {
  const { id: chat } = yield* zalo.addUser(one.name)
  if (one.fault !== undefined) yield* zalo.fault({ ...one.fault, chat })
  yield* zalo.inject({ chat, message: text("một") })
  const row = yield* eventually(
    `"${one.name}" is settled`,
    Effect.sync(() => outcomesOf(place, chat)),
    { within: Duration.seconds(50), detail: gateway.printed }
  )
  const taken = yield* takenOf(zalo, chat, "một")
  assert.deepStrictEqual(
    { state: row.state, outcomes: row.outcomes, taken: taken.length },
    { state: one.state, outcomes: one.outcomes, taken: one.taken },
    one.name
  )
  assert.strictEqual(row.messageId, one.state === "sent" ? taken[0]?.messageId : null, one.name)
  yield* zalo.inject({ chat, message: text("hai") })
  const next = yield* soon(`what follows "${one.name}"`, zalo.awaitSent(chat, taken.length))
  assert.strictEqual(next.text, "hai", one.name)
})

describe.concurrent("a send", () => {
  it.live(
    "whatever it meets, its row says what Zalo knows, or that it is unknown; and the next message goes out",
    () =>
      Effect.gen(function* () {
        const world = yield* setUp("hold")
        yield* Effect.forEach(cases, (one) => meet(one, world), { concurrency: "unbounded", discard: true })
      }),
    90_000
  )

  for (const one of refusals) {
    it.live(`${one.name} delays it and its chat`, () => Effect.flatMap(setUp("hold"), (world) => meet(one, world)))
  }

  it.live("resend makes one more attempt of what is unknown, and never a second", () =>
    Effect.gen(function* () {
      const { gateway, place, zalo } = yield* setUp("resend")
      const settled = (chat: string) =>
        eventually(
          "it is settled",
          Effect.sync(() => outcomesOf(place, chat)),
          { detail: gateway.printed }
        )
      const suffer = Effect.fnUntraced(function* (name: string, fault: Fault) {
        const { id: chat } = yield* zalo.addUser(name)
        yield* zalo.fault({ ...fault, method: "sendMessage", chat })
        yield* zalo.inject({ chat, message: text("một") })
        yield* zalo.inject({ chat, message: text("hai") })
        const { outcomes, state } = yield* settled(chat)
        const taken = (yield* takenOf(zalo, chat, "một")).length
        yield* soon("the next message", zalo.awaitSent(chat, taken))
        const heard = (yield* zalo.hears(chat)).map((one) => one.text)
        return { state, outcomes, heard }
      })
      assert.deepStrictEqual(yield* suffer("lost before it was taken", { kind: "drop", times: 1 }), {
        state: "sent",
        outcomes: ["unknown", "sent"],
        heard: ["một", "hai"]
      })
      assert.deepStrictEqual(yield* suffer("lost after it was taken", { kind: "drop", taken: true, times: 1 }), {
        state: "sent",
        outcomes: ["unknown", "sent"],
        heard: ["một", "một", "hai"]
      })
      assert.deepStrictEqual(yield* suffer("lost twice", { kind: "tear", taken: true, times: 2 }), {
        state: "unknown",
        outcomes: ["unknown", "unknown"],
        heard: ["một", "một", "hai"]
      })
    })
  )

  it.live("nobody listens: surely not delivered, tried again, and delivered once", () =>
    Effect.gen(function* () {
      const port = yield* freePort
      const first = yield* Scope.make()
      const before = yield* startZalo({ port }).pipe(Scope.provide(first))
      const place = yield* makePlace(before.url)
      yield* configureBot(place, before.zalo, "webhook", { ...open, onUnknown: "hold" })
      const gateway = yield* serve(place)
      yield* Scope.close(first, Exit.void)

      const chat = "6ede9afa66b88fe6d6a9"
      const delivery = {
        event_name: "message.text.received",
        message: {
          message_id: "m-1",
          text: "có ai không?",
          from: { id: chat, display_name: "Lan", is_bot: false },
          chat: { id: chat, chat_type: "PRIVATE" }
        }
      }
      const answer = yield* Effect.promise(() =>
        fetch(`${place.url}/zalo`, {
          method: "POST",
          headers: { "content-type": "application/json", "x-bot-api-secret-token": webhookSecret },
          body: JSON.stringify(delivery)
        })
      )
      assert.strictEqual(answer.status, 200)
      yield* eventually(
        "two attempts that reached nobody",
        Effect.sync(() => {
          const ended = rows(place, "SELECT outcome FROM send_attempt WHERE outcome IS NOT NULL")
          return ended.length >= 2 ? ended : undefined
        }),
        { detail: gateway.printed }
      )
      assert.deepStrictEqual(rows(place, "SELECT state, unclear FROM outbox"), [{ state: "queued", unclear: 0 }])

      const { zalo } = yield* startZalo({ port, switches: { strangers: "accepted" } })
      yield* soon("the message", zalo.awaitSent(chat, 0))
      const row = yield* eventually(
        "it is sent",
        Effect.sync(() => outcomesOf(place, chat))
      )
      assert.strictEqual(row.state, "sent")
      assert.deepStrictEqual(new Set(row.outcomes.slice(0, -1)), new Set(["not-delivered"]))
      assert.strictEqual((yield* zalo.hears(chat)).length, 1)
    })
  )
})
