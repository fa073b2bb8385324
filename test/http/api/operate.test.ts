import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { AgentBridge } from "zalo-effect"
import { FakeZalo, TestGateway } from "zalo-effect/testing"
import { ask, post, refused } from "./kit.ts"

const open = TestGateway.layer({ dmPolicy: "open" })

/** Somebody who wrote first, and had an echo. */
const lan = Effect.gen(function* () {
  const user = (yield* FakeZalo).user("Lan")
  yield* user.says("chào")
  assert.strictEqual(yield* user.hears, "chào")
  return user
})

describe("the queue", () => {
  const failing = TestGateway.layer({
    dmPolicy: "open",
    turns: { attempts: 1, notice: false },
    agent: AgentBridge.layerFunction(() => Effect.die("broken"))
  })

  it.effect("a dead letter is listed, shown, tried again and dropped", () =>
    Effect.gen(function* () {
      const user = (yield* FakeZalo).user("Lan")
      yield* user.says("có ai không")
      const { body } = yield* ask("/v1/queue?state=dead&account=default")
      assert.deepInclude(body.inbox[0], { account: "default", chat: user.id, state: "dead", reason: "agent-failed" })
      assert.deepStrictEqual(body.outbox, [])

      // The name of a row has a slash in it.
      const row = `/v1/queue/${encodeURIComponent(body.inbox[0].id)}`
      assert.notProperty((yield* ask(row)).body, "text")
      assert.strictEqual((yield* ask(`${row}?text=true`)).body.text, "có ai không")
      const dry = yield* post(`${row}/retry`, { dryRun: true })
      assert.deepStrictEqual(dry.body, { ok: true, dryRun: true, count: 1, ids: [body.inbox[0].id] })
      assert.strictEqual((yield* post(`${row}/retry`)).status, 200)
      yield* TestGateway.settled
      const traced = yield* ask(`/v1/trace/${encodeURIComponent(body.inbox[0].id)}`)
      assert.strictEqual(traced.body.message.state, "dead")
      assert.lengthOf(traced.body.message.repairs, 1)

      const dropped = yield* post("/v1/queue/drop", { reason: "agent-failed" }, { headers: { "x-operator": "mai" } })
      assert.deepInclude(dropped.body, { ok: true, count: 1 })
      assert.deepStrictEqual((yield* ask("/v1/queue")).body, { inbox: [], outbox: [] })
      assert.strictEqual((yield* ask(row)).body.repairs.at(-1).by, "api:mai")
    }).pipe(Effect.provide(failing))
  )

  it.effect("what is not there is 404, what cannot be done 409, and a wrong name 400", () =>
    Effect.gen(function* () {
      yield* lan
      const { body } = yield* ask("/v1/queue?all=true")
      const done = `/v1/queue/${encodeURIComponent(body.inbox[0].id)}`
      assert.deepStrictEqual(refused(yield* post(`${done}/retry`)), [409, "wrong-state"])
      assert.deepStrictEqual(refused(yield* ask("/v1/queue/out:99")), [404, "not-found"])
      assert.deepStrictEqual(refused(yield* post("/v1/queue/out:99/drop")), [404, "not-found"])
      assert.deepStrictEqual(refused(yield* post("/v1/queue/out:1/resolve", { as: "lost" })), [400, "invalid"])
      assert.deepStrictEqual(refused(yield* ask("/v1/queue?state=ded")), [400, "invalid"])
      assert.deepStrictEqual(refused(yield* ask("/v1/queue?limit=0")), [400, "invalid"])
      assert.deepStrictEqual(refused(yield* post("/v1/queue/prune", { before: "yesterday" })), [400, "invalid"])
      assert.deepStrictEqual((yield* post("/v1/queue/prune", { before: "1969-01-01T00:00:00Z" })).body.deleted, {
        inbox: 0,
        outbox: 0
      })
    }).pipe(Effect.provide(open))
  )
})

describe("chats", () => {
  it.effect("a person takes over, says something as the bot, and hands back", () =>
    Effect.gen(function* () {
      const user = yield* lan
      const chat = `/v1/chats/${user.id}`
      const paused = yield* post(`${chat}/pause`, { reason: "refund", notify: false, for: 600 })
      assert.deepInclude(paused.body, { ok: true, account: "default", chatId: user.id, began: true })
      yield* user.says("cần giúp")
      const { body } = yield* ask("/v1/chats?waiting=true")
      assert.deepInclude(body.chats[0], { chatId: user.id, pausedBy: "api", reason: "refund", waiting: 1 })

      assert.strictEqual((yield* post(`${chat}/say`, { text: "Mai đây" })).status, 202)
      assert.strictEqual(yield* user.hears, "Mai đây")
      assert.deepStrictEqual((yield* ask("/v1/chats?waiting=true")).body, { chats: [] })
      assert.include(
        (yield* ask(`${chat}?text=true`)).body.messages.map(({ text }: { readonly text: string }) => text),
        "Mai đây"
      )
      assert.deepInclude((yield* post(`${chat}/resume`)).body, { ok: true, settled: 1, released: 0 })
      assert.deepStrictEqual(refused(yield* post(`${chat}/resume`)), [409, "not-paused"])
      yield* user.says("cảm ơn")
      assert.strictEqual(yield* user.hears, "cảm ơn")
    }).pipe(Effect.provide(open))
  )

  it.effect("what a person said is not said anew by a repeated request, and answers nothing that came since", () =>
    Effect.gen(function* () {
      const user = yield* lan
      const chat = `/v1/chats/${user.id}`
      yield* post(`${chat}/pause`, { notify: false })
      yield* user.says("cần giúp")
      const once = { headers: { "idempotency-key": "answer 1" } }
      const first = yield* post(`${chat}/say`, { text: "Mai đây" }, once)
      assert.strictEqual(yield* user.hears, "Mai đây")
      yield* user.says("còn một việc nữa")
      const waiting = (yield* ask("/v1/chats?waiting=true")).body
      assert.strictEqual(waiting.chats.length, 1)
      const again = yield* post(`${chat}/say`, { text: "Mai đây" }, once)
      assert.deepInclude(again.body, { id: first.body.id, state: "sent" })
      assert.deepStrictEqual(refused(yield* post(`${chat}/say`, { text: "khác" }, once)), [409, "key-taken"])
      assert.deepStrictEqual((yield* ask("/v1/chats?waiting=true")).body, waiting)
      // The first one is answered by the person, the second by the bot.
      assert.deepInclude((yield* post(`${chat}/resume`, { answer: true })).body, { settled: 1, released: 1 })
      assert.strictEqual(yield* user.hears, "còn một việc nữa")
    }).pipe(Effect.provide(open))
  )

  it.effect("a resume that asks for it lets the bot answer what nobody has", () =>
    Effect.gen(function* () {
      const user = yield* lan
      yield* post(`/v1/chats/${user.id}/pause`, { notify: false })
      yield* user.says("còn đó không")
      assert.deepInclude((yield* post(`/v1/chats/${user.id}/resume`, { answer: true })).body, { released: 1 })
      assert.strictEqual(yield* user.hears, "còn đó không")
    }).pipe(Effect.provide(open))
  )

  it.effect("a chat that nobody knows is 404", () =>
    Effect.gen(function* () {
      for (const answer of [
        yield* ask("/v1/chats/nobody"),
        yield* post("/v1/chats/nobody/pause"),
        yield* post("/v1/chats/nobody/say", { text: "x" })
      ]) {
        assert.deepStrictEqual(refused(answer), [404, "not-found"])
      }
    }).pipe(Effect.provide(open))
  )
})

describe("what is sent unasked", () => {
  it.effect("a broadcast is foreseen, begun once under its name, and tells what became of it", () =>
    Effect.gen(function* () {
      const user = yield* lan
      const foreseen = yield* post("/v1/broadcasts", { to: "all", text: "Tết vui", dryRun: true })
      assert.deepInclude(foreseen.body, { ok: true, dryRun: true, recipients: 1, messages: 1 })
      const begin = post("/v1/broadcasts", { to: "all", text: "Tết vui", name: "tet" })
      assert.isFalse((yield* begin).body.existing)
      assert.isTrue((yield* begin).body.existing)
      yield* TestClock.adjust("2 minutes")
      assert.include(yield* user.hears, "Tết vui")
      yield* TestClock.adjust("2 minutes")
      assert.deepInclude((yield* ask("/v1/broadcasts/tet")).body, { state: "done", recipients: 1 })
      const { body } = yield* ask("/v1/broadcasts/b1/recipients")
      assert.deepInclude(body.recipients[0], { chatId: user.id, state: "sent" })
      assert.deepStrictEqual(refused(yield* post("/v1/broadcasts/tet/cancel")), [409, "ended"])
      assert.deepStrictEqual(refused(yield* post("/v1/broadcasts", { to: "all", text: "khác", name: "tet" })), [
        409,
        "name-taken"
      ])
      assert.deepStrictEqual(refused(yield* post("/v1/broadcasts", { to: [], text: "x" })), [400, "invalid"])
      assert.deepStrictEqual(refused(yield* post("/v1/broadcasts", { to: "all" })), [400, "invalid"])
      const local = yield* post("/v1/broadcasts", { to: "all", media: "/etc/passwd" })
      assert.deepStrictEqual(refused(local), [400, "bad-media"])
    }).pipe(Effect.provide(open))
  )

  it.effect("a schedule is added, shown, paused, resumed and removed", () =>
    Effect.gen(function* () {
      const added = yield* post("/v1/schedules", { to: "c", text: "x", cron: "0 8 * * *", zone: "UTC", name: "sáng" })
      assert.deepInclude(added.body.schedule, { id: "s1", to: "chat", state: "active", createdBy: "api" })
      assert.strictEqual(added.body.next[0], "1970-01-01T08:00:00.000Z")
      const one = "/v1/schedules/s1"
      assert.strictEqual((yield* post(`${one}/pause`)).body.schedule.state, "paused")
      assert.strictEqual((yield* post(`${one}/resume`)).body.schedule.state, "active")
      assert.isNotNull((yield* post(`${one}/run`)).body.schedule.askedAt)
      assert.property((yield* ask(one)).body, "runs")
      assert.isTrue((yield* ask(one, { method: "DELETE" })).body.ok)
      assert.deepStrictEqual(refused(yield* ask(one)), [404, "not-found"])
      for (const wrong of [
        { to: "c", text: "x" },
        { to: "c", text: "x", cron: "0 8 * * *", at: "2030-01-01T08:00" },
        { to: "c", text: "x", cron: "every day" },
        { to: "c", text: "x", at: "1969-01-01T08:00" },
        { to: "c", cron: "0 8 * * *" }
      ]) {
        assert.deepStrictEqual(refused(yield* post("/v1/schedules", wrong)), [400, "invalid"], JSON.stringify(wrong))
      }
    }).pipe(Effect.provide(open))
  )
})

describe("the gateway itself", () => {
  it.effect("its accounts, its configuration and its webhook can be asked for", () =>
    Effect.gen(function* () {
      const status = yield* ask("/v1/status")
      assert.isTrue(status.body.ready)
      assert.deepInclude(status.body.accounts[0], {
        account: "default",
        enabled: true,
        transport: "webhook",
        ready: true
      })
      assert.deepInclude((yield* ask("/v1/config")).body, { ok: true, problems: [], restart: [] })
      assert.isTrue((yield* post("/v1/config/reload")).body.ok)
      const webhook = yield* ask("/v1/webhooks/default")
      assert.isTrue(webhook.body.agrees)
      assert.isTrue((yield* post("/v1/webhooks/default/set")).body.ok)
      assert.isTrue((yield* ask("/v1/webhooks/default", { method: "DELETE" })).body.existed)
      assert.isNull((yield* ask("/v1/webhooks/default")).body.registered)
      assert.deepStrictEqual(refused(yield* ask("/v1/webhooks/nobody")), [404, "unknown-account"])
      assert.notInclude(JSON.stringify([status.body, webhook.body]), "a-secret-of-the-test-kit")
    }).pipe(Effect.provide(TestGateway.layer({ transport: "webhook" })))
  )
})
