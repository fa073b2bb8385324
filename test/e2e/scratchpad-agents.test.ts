import { readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import {
  configureBot,
  eventually,
  makePlace,
  type Place,
  ready,
  rows,
  serve,
  soon,
  start,
  startZalo,
  stop,
  until
} from "./harness.ts"

const text = (words: string) => ({ kind: "text", text: words }) as const
const open = { dmPolicy: "open", allowFrom: ["*"], language: "en" }
const program = (name: string) => fileURLToPath(new URL(`../../scratchpad/${name}`, import.meta.url))

/** A server among the programs, and the address that it says. */
const served = Effect.fnUntraced(function* (place: Place, name: string, env: Readonly<Record<string, string>> = {}) {
  const server = yield* start(place, [], { program: program(name), env: { PORT: "0", ...env } })
  const address = yield* eventually(
    "its address",
    Effect.sync(() => server.out().trim() || undefined),
    { detail: server.printed }
  )
  return { address, server }
})

const world = Effect.gen(function* () {
  const { url, zalo } = yield* startZalo()
  const place = yield* makePlace(url)
  const lan = yield* zalo.addUser("Lan")
  const says = (words: string) => zalo.inject({ chat: lan.id, message: text(words) })
  const heard = (count: number) =>
    Effect.andThen(
      soon(`${count} messages`, zalo.awaitSent(lan.id, count - 1)),
      Effect.map(zalo.hears(lan.id), (all) => all.map((one) => one.text))
    )
  return { heard, lan, place, says, zalo }
})

it.live("openai-agent.mjs: a streamed model remembers, until /new", () =>
  Effect.gen(function* () {
    const { heard, place, says, zalo } = yield* world
    const { address } = yield* served(place, "openai-agent.mjs")
    const agent = { type: "openai", baseUrl: address, model: "nho", instructions: "Bạn là quán phở." }
    yield* configureBot(place, zalo, "polling", open, { agent })
    const first = yield* serve(place)
    yield* says("một")
    yield* says("hai")
    assert.deepStrictEqual(yield* heard(2), ["một, và trước đó 0 tin.", "hai, và trước đó 2 tin."])
    assert.include(first.printed(), "the model answered")
    assert.strictEqual((yield* stop(first)).code, 0)
    const second = yield* serve(place)
    yield* says("ba")
    yield* says("/new")
    yield* says("bốn")
    assert.deepStrictEqual((yield* heard(5)).slice(2), [
      "ba, và trước đó 4 tin.",
      "🆕 A new conversation has begun. What was said before does not count any more.",
      "bốn, và trước đó 0 tin."
    ])
    assert.strictEqual((yield* stop(second)).code, 0)
  })
)

it.live("ndjson-agent.py: one process for all turns, started again when it dies, gone with the gateway", () =>
  Effect.gen(function* () {
    const { heard, place, says, zalo } = yield* world
    const agent = { type: "command", command: ["python3", program("ndjson-agent.py")], mode: "ndjson" }
    yield* configureBot(place, zalo, "polling", open, { agent })
    const gateway = yield* serve(place)
    for (const words of ["một", "hai", "/new", "ba"]) yield* says(words)
    assert.deepStrictEqual(
      (yield* heard(4)).filter((words) => words?.startsWith("Lan")),
      ["Lan: một (1)", "Lan: hai (2)", "Lan: ba (1)"]
    )
    const [pid] = childrenOf(gateway.pid)
    process.kill(pid ?? 0, "SIGKILL")
    yield* until(
      "it is gone",
      Effect.sync(() => !childrenOf(gateway.pid).includes(pid ?? 0))
    )
    yield* says("bốn")
    assert.strictEqual((yield* heard(5)).at(-1), "Lan: bốn (1)")
    const [next] = childrenOf(gateway.pid)
    assert.isNumber(next)
    assert.strictEqual((yield* stop(gateway)).code, 0)
    assert.throws(() => process.kill(next ?? 0, 0))
  })
)

/** The processes that a process started. */
const childrenOf = (pid: number): ReadonlyArray<number> =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
    .split(" ")
    .filter((one) => one !== "")
    .map(Number)

it.live("async-agent.mjs: an answer that comes later, with the token that the gateway made", () =>
  Effect.gen(function* () {
    const { heard, lan, place, says, zalo } = yield* world
    const agentPort = { type: "http", async: true }
    yield* configureBot(place, zalo, "polling", open, { agent: { ...agentPort, url: "http://127.0.0.1:9/" } })
    // The first start makes the token.
    assert.strictEqual((yield* stop(yield* serve(place))).code, 0)
    const token = readFileSync(join(place.folder, "data", "admin-token"), "utf8").trim()
    const { address, server } = yield* served(place, "async-agent.mjs", { GATEWAY: place.url, ADMIN_TOKEN: token })
    yield* configureBot(place, zalo, "polling", open, { agent: { ...agentPort, url: address } })
    const gateway = yield* serve(place)
    yield* says("in giúp tôi")
    assert.deepStrictEqual(yield* heard(1), ["Xong rồi, Lan: in giúp tôi"])
    yield* until(
      "the agent hears that it was taken",
      Effect.sync(() => server.err().includes(": 200"))
    )
    const [row] = rows(place, "SELECT account, message_id FROM inbox")
    const late = (authorization: string) =>
      Effect.promise(() =>
        fetch(`${place.url}/v1/turns/${row?.["account"]}:${row?.["message_id"]}/reply`, {
          method: "POST",
          headers: { authorization },
          body: "lại"
        })
      )
    assert.strictEqual((yield* late(`Bearer ${token}`)).status, 409)
    assert.strictEqual((yield* late("Bearer wrong")).status, 401)
    assert.lengthOf(yield* zalo.hears(lan.id), 1)
    assert.strictEqual((yield* stop(gateway)).code, 0)
  })
)

it.live("async-agent.mjs: a turn that waits through a restart is asked again, and answered once", () =>
  Effect.gen(function* () {
    const { heard, place, says, zalo } = yield* world
    const token = "a-token-of-the-operator"
    const { address } = yield* served(place, "async-agent.mjs", { GATEWAY: place.url, ADMIN_TOKEN: token })
    const agent = { type: "http", async: true, url: address }
    yield* configureBot(place, zalo, "polling", open, { agent, gateway: { token } })
    const first = yield* serve(place)
    yield* says("in giúp tôi")
    yield* until(
      "it is being asked",
      Effect.sync(() => rows(place, "SELECT 1 FROM inbox WHERE starts = 1").length === 1)
    )
    first.signal("SIGKILL")
    yield* first.ended
    const second = yield* serve(place)
    assert.deepStrictEqual(yield* heard(1), ["Xong rồi, Lan: in giúp tôi"])
    assert.strictEqual((yield* stop(second)).code, 0)
    assert.lengthOf(rows(place, "SELECT 1 FROM outbox"), 1)
  })
)

it.live("model-agent.ts: a language model inside a program calls a tool that knows who is asking", () =>
  Effect.gen(function* () {
    const { heard, place, says, zalo } = yield* world
    yield* configureBot(place, zalo, "polling", open)
    const running = yield* start(place, [], {
      node: ["--conditions=zalo-effect-source"],
      program: program("model-agent.ts")
    })
    yield* ready(place, running)
    yield* says("đơn của tôi đâu?")
    assert.deepStrictEqual(yield* heard(1), ["Bạn có 2 đơn mới của Lan."])
    assert.strictEqual((yield* stop(running)).code, 130)
  })
)
