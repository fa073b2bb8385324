import { existsSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import {
  cli,
  cliJson,
  configureBot,
  eventually,
  makePlace,
  rows,
  serve,
  soon,
  startZalo,
  stop,
  until
} from "./harness.ts"

const text = (words: string) => ({ kind: "text", text: words }) as const

/** An agent that fails for as long as a file lies beside it, and says what it was told otherwise. */
const agent = (folder: string) => {
  const broken = join(folder, "broken")
  const script = join(folder, "agent.mjs")
  writeFileSync(
    script,
    `import { existsSync } from "node:fs"
    let text = ""
    for await (const chunk of process.stdin) text += chunk
    if (existsSync(${JSON.stringify(broken)})) { console.error("the model is down"); process.exit(3) }
    console.log(JSON.stringify({ text: "re: " + JSON.parse(text).message.text }))`
  )
  return {
    config: { type: "command", command: [process.execPath, script], timeout: "10s" },
    breaks: () => writeFileSync(broken, ""),
    works: () => rmSync(broken, { force: true }),
    isBroken: () => existsSync(broken)
  }
}

const setUp = Effect.gen(function* () {
  const { url, zalo } = yield* startZalo()
  const place = yield* makePlace(url)
  const bot = agent(place.folder)
  yield* configureBot(
    place,
    zalo,
    "polling",
    { dmPolicy: "open", allowFrom: ["*"], turns: { attempts: 1, notice: false }, agent: bot.config },
    {}
  )
  const lan = yield* zalo.addUser("Lan")
  return { bot, lan, place, zalo }
})

it.live("a dead letter is listed, explained, retried and answered, beside the gateway that gave it up", () =>
  Effect.gen(function* () {
    const { bot, lan, place, zalo } = yield* setUp
    bot.breaks()
    const gateway = yield* serve(place)
    yield* zalo.inject({ chat: lan.id, message: text("chào") })
    const dead = yield* eventually(
      "a dead letter",
      Effect.map(cliJson(place, ["queue", "list"]), ({ json }) =>
        json.inbox[0]?.state === "dead" ? json.inbox[0] : undefined
      ),
      { detail: gateway.printed }
    )
    assert.strictEqual(dead.reason, "agent-failed")
    assert.match(dead.id, /^in:default\/.+/)
    assert.match(dead.receivedAt, /^\d{4}-\d\d-\d\dT.*Z$/)
    assert.strictEqual(dead.chat, lan.id)

    const shown = yield* cliJson(place, ["trace", dead.messageId])
    assert.deepInclude(shown.json.verdict, { decision: "allow", rule: "open" })
    assert.deepInclude(shown.json.turn, { state: "dead", attempts: 1, agent: "command" })
    assert.notInclude(shown.out, "chào")
    assert.include((yield* cli(place, ["trace", dead.id, "--text"])).out, "chào")

    const dry = yield* cliJson(place, ["queue", "retry", "--all", "--reason", "agent-failed", "--dry-run"])
    assert.deepStrictEqual(dry.json, { ok: true, dryRun: true, count: 1, ids: [dead.id] })
    bot.works()
    const retried = yield* cliJson(place, ["queue", "retry", dead.messageId])
    assert.deepStrictEqual(retried.json, {
      ok: true,
      dryRun: false,
      id: dead.id,
      state: "pending",
      count: 1,
      ids: [dead.id]
    })
    assert.strictEqual((yield* soon("an answer", zalo.awaitSent(lan.id, 0))).text, "re: chào")

    yield* until(
      "nothing is left to do",
      Effect.map(cliJson(place, ["queue", "list"]), ({ json }) => json.inbox.length === 0 && json.outbox.length === 0)
    )
    const { json } = yield* cliJson(place, ["trace", dead.id])
    assert.strictEqual(json.message.state, "done")
    assert.deepInclude(json.message.repairs[0], {
      action: "retry",
      by: "cli",
      was: { state: "dead", reason: "agent-failed" }
    })
    assert.lengthOf(json.sends, 1)
    assert.deepInclude(json.sends[0], { state: "sent", origin: "turn", kind: "text", answers: dead.id })
    assert.strictEqual(json.sends[0].attempts[0].outcome, "sent")
    for (const ms of Object.values<number>(json.turn.times)) assert.isAtLeast(ms, 0)
    // By Zalo's id of what was sent, too.
    assert.strictEqual((yield* cliJson(place, ["trace", json.sends[0].messageId])).json.message.id, dead.id)

    const again = yield* cliJson(place, ["queue", "retry", dead.id])
    assert.strictEqual(again.code, 1)
    assert.deepInclude(again.json, { ok: false })
    assert.strictEqual(again.json.error.code, "wrong-state")
    yield* stop(gateway)
  }).pipe(Effect.scoped)
)

it.live("what a gateway is done with leaves the store by itself, and what is older than that is no news", () =>
  Effect.gen(function* () {
    const { lan, place, zalo } = yield* setUp
    const gateway = yield* Effect.gen(function* () {
      yield* configureBot(place, zalo, "polling", { dmPolicy: "open", allowFrom: ["*"] }, { retention: { done: "3s" } })
      return yield* serve(place)
    })
    yield* zalo.inject({ chat: lan.id, message: text("chào") })
    yield* soon("an answer", zalo.awaitSent(lan.id, 0))
    const count = (table: string) => Number(rows(place, `SELECT COUNT(*) AS n FROM ${table}`)[0]?.["n"])
    assert.strictEqual(count("inbox"), 1)
    yield* until(
      "an empty journal",
      Effect.sync(() => ["inbox", "outbox", "send_attempt"].every((table) => count(table) === 0)),
      gateway.printed
    )
    // What comes again after that, or comes late, is older than what is remembered, and no news.
    yield* zalo.inject({ chat: lan.id, message: text("từ hôm qua"), date: Date.now() - 86_400_000 })
    const [late] = yield* eventually(
      "the late message",
      Effect.sync(() => {
        const found = rows(place, "SELECT state, reason FROM inbox")
        return found.length === 0 ? undefined : found
      })
    )
    assert.deepStrictEqual(late, { state: "ignored", reason: "stale" })
    yield* stop(gateway)
  }).pipe(Effect.scoped)
)

it.live(
  "a send of unknown fate is looked into by hand, and said to have arrived, or sent again, beside the gateway",
  () =>
    Effect.gen(function* () {
      const { lan, place, zalo } = yield* setUp
      yield* configureBot(place, zalo, "polling", { dmPolicy: "open", allowFrom: ["*"], onUnknown: "hold" })
      const gateway = yield* serve(place)
      const unknown = (n: number) =>
        eventually(
          `${n} doubtful sends`,
          Effect.map(cliJson(place, ["queue", "list", "--state", "unknown"]), ({ json }) =>
            json.outbox.length === n ? json.outbox : undefined
          ),
          { detail: gateway.printed }
        )
      yield* zalo.fault({ kind: "drop", method: "sendMessage", taken: true, times: 1 })
      yield* zalo.inject({ chat: lan.id, message: text("một") })
      const [arrived] = yield* unknown(1)
      assert.strictEqual(arrived.reason, "connection-lost")
      yield* zalo.fault({ kind: "drop", method: "sendMessage", times: 1 })
      yield* zalo.inject({ chat: lan.id, message: text("hai") })
      const [lost] = yield* unknown(2)

      const marked = yield* cliJson(place, ["queue", "resolve", arrived.id, "--sent", "--message-id", "z1"])
      assert.deepInclude(marked.json, { ok: true, id: arrived.id, state: "sent" })
      const resent = yield* cliJson(place, ["queue", "resolve", lost.id, "--resend"])
      assert.deepInclude(resent.json, { ok: true, id: lost.id, state: "queued" })
      assert.strictEqual((yield* soon("the second one", zalo.awaitSent(lan.id, 1))).text, "hai")
      yield* unknown(0)
      // One of each: what had arrived was not sent again.
      assert.deepStrictEqual(
        (yield* zalo.hears(lan.id)).map((message) => message.text),
        ["một", "hai"]
      )
      yield* stop(gateway)
    }).pipe(Effect.scoped)
)
