import { createServer } from "node:http"
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { traceIds } from "../../src/node/telemetry/traceId.ts"
import {
  cli,
  cliJson,
  configureBot,
  eventually,
  makePlace,
  type Place,
  serve,
  soon,
  start,
  startZalo,
  stop,
  token,
  until,
  webhookSecret
} from "./harness.ts"

const open = { dmPolicy: "open", allowFrom: ["*"] }
const secretHalf = token.slice(token.indexOf(":") + 1)

const logPath = (place: Place) => join(place.folder, "data", "logs", "zalo-effect.log")
const logText = (place: Place) => (existsSync(logPath(place)) ? readFileSync(logPath(place), "utf8") : "")

/** An OTLP collector on a port of its own. */
const collector = Effect.acquireRelease(
  Effect.callback<{ readonly url: string; readonly bodies: Array<string>; readonly close: () => void }>((resume) => {
    const bodies: Array<string> = []
    const server = createServer((request, response) => {
      let body = ""
      request.setEncoding("utf8").on("data", (text: string) => (body += text))
      request.on("end", () => {
        bodies.push(`${request.url} ${body}`)
        response.end("{}")
      })
    })
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      resume(Effect.succeed({ url: `http://127.0.0.1:${port}`, bodies, close: () => server.close() }))
    })
  }),
  ({ close }) => Effect.sync(close)
)

it.live(
  "a gateway writes JSON lines, nothing secret in them, and logs finds them while it runs and when it does not",
  () =>
    Effect.gen(function* () {
      const { url, zalo } = yield* startZalo()
      const place = yield* makePlace(url)
      yield* configureBot(place, zalo, "webhook", open, { logging: { level: "debug" } })
      const running = yield* serve(place)
      const lan = yield* zalo.addUser("Lan")
      yield* zalo.fault({ kind: "html", method: "sendMessage", status: 502, times: 1 })
      const id = yield* zalo.inject({ chat: lan.id, message: { kind: "text", text: "xin chào" } })
      yield* soon("the reply", zalo.awaitSent(lan.id, 0))
      yield* until(
        "its line",
        Effect.sync(() => logText(place).includes("sent as "))
      )
      const about = yield* cliJson(place, ["logs", "--message", id])
      assert.isAbove(about.json.lines.length, 2)
      for (const line of about.json.lines) {
        assert.deepInclude(line, { account: "default", chat: lan.id, messageId: id })
        assert.match(line.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
      }
      const warned = yield* cliJson(place, ["logs", "--level", "warn", "--chat", lan.id, "--since", "1h"])
      assert.lengthOf(warned.json.lines, 1)
      assert.include(warned.json.lines[0].message, "whether this was delivered is not known")
      assert.strictEqual((yield* cliJson(place, ["logs", "--account", "other"])).json.lines.length, 0)
      yield* stop(running)
      const all = (yield* cli(place, ["logs", "--limit", "1000"])).out
      assert.include(all, `Listening on ${place.url}`)
      assert.match(all, /INFO  stopped\n$/)
      for (const text of [logText(place), running.printed()]) {
        assert.notInclude(text, secretHalf)
        assert.notInclude(text, webhookSecret)
      }
      for (const text of logText(place).trimEnd().split("\n")) assert.isString(JSON.parse(text).message)
    }).pipe(Effect.scoped)
)

it.live("texts of messages are in the log at debug only, and a level of the environment wins", () =>
  Effect.gen(function* () {
    const { url, zalo } = yield* startZalo()
    const place = yield* makePlace(url)
    yield* configureBot(place, zalo, "polling", open, { logging: { level: "debug" } })
    const running = yield* serve(place, { env: { ZALO_EFFECT_LOG_LEVEL: "INFO" } })
    const lan = yield* zalo.addUser("Lan")
    yield* zalo.inject({ chat: lan.id, message: { kind: "text", text: "điều riêng tư" } })
    yield* soon("the reply", zalo.awaitSent(lan.id, 0))
    yield* stop(running)
    assert.include(logText(place), "ready as Bot Thử")
    assert.notInclude(logText(place), "riêng tư")
    assert.notInclude(running.printed(), "riêng tư")
    const wrong = yield* cli({ ...place, env: { ...place.env, ZALO_EFFECT_LOG_LEVEL: "loud" } }, ["config", "check"])
    assert.strictEqual(wrong.code, 2)
    assert.include(wrong.out + wrong.err, "ZALO_EFFECT_LOG_LEVEL")
  }).pipe(Effect.scoped)
)

it.live("logs --follow shows what comes, through a change of the file, and ends well", () =>
  Effect.gen(function* () {
    const place = yield* makePlace("http://127.0.0.1:9")
    mkdirSync(join(place.folder, "data", "logs"), { recursive: true })
    const line = (message: string) =>
      `${JSON.stringify({ time: "2026-11-25T08:00:00.000Z", level: "info", message, account: "shop" })}\n`
    writeFileSync(logPath(place), line("before"))
    const follower = yield* start(place, ["logs", "--follow", "--account", "shop"])
    yield* until(
      "what was there",
      Effect.sync(() => follower.out().includes("before")),
      follower.printed
    )
    appendFileSync(logPath(place), line("after"))
    yield* until(
      "what came",
      Effect.sync(() => follower.out().includes("after"))
    )
    const ended = yield* stop(follower)
    assert.strictEqual(ended.code, 0)
    assert.strictEqual(ended.out.split("\n").length, 3)
  }).pipe(Effect.scoped)
)

it.live("a logs folder that cannot be made costs one sentence, and the gateway works", () =>
  Effect.gen(function* () {
    const { url, zalo } = yield* startZalo()
    const place = yield* makePlace(url)
    yield* configureBot(place, zalo, "polling", open)
    mkdirSync(join(place.folder, "data"))
    writeFileSync(join(place.folder, "data", "logs"), "in the way")
    const running = yield* serve(place)
    yield* until(
      "the sentence",
      Effect.sync(() => running.err().includes("going on without it")),
      running.printed
    )
    yield* stop(running)
    assert.lengthOf(running.err().split("going on without it"), 2)
  }).pipe(Effect.scoped)
)

it.live("a message whose turn was cut by a restart has one trace over both processes", () =>
  Effect.gen(function* () {
    const { url, zalo } = yield* startZalo()
    const otlp = yield* collector
    const place = yield* makePlace(url)
    const slow = join(place.folder, "agent.sh")
    writeFileSync(slow, `#!/bin/sh\nif [ -e go ]; then echo done; else sleep 30; fi\n`)
    yield* configureBot(place, zalo, "polling", open, { agent: { type: "command", command: ["sh", slow] } })
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url, OTEL_SERVICE_NAME: "shop-bot" }
    const first = yield* serve(place, { env })
    const lan = yield* zalo.addUser("Lan")
    const id = yield* zalo.inject({ chat: lan.id, message: { kind: "text", text: "bí mật" } })
    const { traceId } = traceIds("default", id)
    yield* until(
      "the receipt",
      Effect.sync(() => otlp.bodies.some((body) => body.includes(traceId)))
    )
    yield* stop(first)
    writeFileSync(join(place.folder, "go"), "")
    const second = yield* serve(place, { env })
    yield* soon("the reply", zalo.awaitSent(lan.id, 0))
    yield* stop(second)
    const spans = otlp.bodies
      .filter((body) => body.startsWith("/v1/traces "))
      .flatMap((body) => JSON.parse(body.slice(body.indexOf("{"))).resourceSpans)
      .flatMap(({ scopeSpans }) => scopeSpans.flatMap((one: { spans: ReadonlyArray<object> }) => one.spans))
      .filter((span: { traceId: string }) => span.traceId === traceId)
    const names = spans.map(({ name }: { name: string }) => name)
    assert.deepStrictEqual(names.filter((name: string) => name === "message").length, 1)
    assert.strictEqual(names.filter((name: string) => name === "message.turn").length, 2)
    assert.include(names, "message.send")
    const all = otlp.bodies.join("\n")
    assert.include(all, "shop-bot")
    assert.notInclude(all, secretHalf)
    assert.notInclude(all, "bí mật")
  }).pipe(Effect.scoped)
)

it.live("/metrics counts what happened, and tells of the process", () =>
  Effect.gen(function* () {
    const { url, zalo } = yield* startZalo()
    const place = yield* makePlace(url)
    yield* configureBot(place, zalo, "webhook", open)
    yield* serve(place)
    const lan = yield* zalo.addUser("Lan")
    yield* zalo.inject({ chat: lan.id, message: { kind: "text", text: "hai" } })
    const text = yield* eventually(
      "a message that was sent",
      Effect.promise(async () => {
        const body = await (await fetch(`${place.url}/metrics`)).text()
        return body.includes('zalo_sends_total{account="default",method="sendMessage",result="sent"} 1')
          ? body
          : undefined
      })
    )
    for (const series of [
      'zalo_admitted_total{account="default",source="webhook"} 1',
      'zalo_turns_total{account="default",outcome="answered"} 1',
      'zalo_transport_ready{account="default",transport="webhook"} 1',
      "zalo_journal_ready 1"
    ]) {
      assert.include(text, `${series}\n`)
    }
    assert.match(text, /zalo_build_info\{version="\d+\.\d+\.\d+"\} 1/)
    assert.match(text, /process_resident_memory_bytes \d{7,}/)
    assert.match(text, /nodejs_eventloop_lag_p99_seconds [\d.e-]+/)
    assert.notInclude(text, lan.id)
  }).pipe(Effect.scoped)
)
