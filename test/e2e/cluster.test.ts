import { assert, describe, it } from "@effect/vitest"
import { createServer, request, type Server } from "node:http"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { leftOut, programs, startServer } from "../postgres/server.ts"
import {
  cliJson,
  configureBot,
  eventually,
  freePort,
  makePlace,
  origin,
  type Place,
  ready,
  soon,
  start,
  startZalo,
  stop,
  until,
  type Zalo
} from "./harness.ts"

const text = (words: string) => ({ kind: "text", text: words }) as const
const apiToken = "a-token-of-the-api-of-32-characters"
const open = { dmPolicy: "open", allowFrom: ["*"] }

interface Node extends Place {
  readonly cluster: number
}

/** Two machines with one configuration, and a database that both reach. */
const begun = Effect.fnUntraced(function* (transport: "polling" | "webhook", rest: object = {}) {
  const { url: store } = yield* startServer
  const { url, zalo } = yield* startZalo()
  const placeOf = Effect.gen(function* () {
    const place = yield* makePlace(url)
    yield* configureBot(place, zalo, transport, open, {
      store: { url: store },
      gateway: { token: apiToken },
      ...rest
    })
    const node: Node = { ...place, cluster: yield* freePort }
    return node
  })
  return { one: yield* placeOf, other: yield* placeOf, zalo }
})

const runner = Effect.fnUntraced(function* (place: Node) {
  const running = yield* start(place, ["serve", "--cluster-host", "127.0.0.1", "--cluster-port", String(place.cluster)])
  yield* ready(place, running)
  return running
})

const listening = (server: Server, port: number) =>
  Effect.acquireRelease(
    Effect.callback<void>((resume) => void server.listen(port, "127.0.0.1", () => resume(Effect.void))),
    () =>
      Effect.sync(() => {
        server.close()
        server.closeAllConnections()
      })
  )

/** Brings each delivery to the next of them that answers, as a reverse proxy does. */
const proxyTo = Effect.fnUntraced(function* (nodes: ReadonlyArray<Node>) {
  const port = yield* freePort
  let next = 0
  const server = createServer((incoming, outgoing) => {
    const parts: Array<Buffer> = []
    incoming.on("data", (part: Buffer) => parts.push(part))
    incoming.on("end", () => {
      const attempt = (left: number): void => {
        const node = nodes[next++ % nodes.length]
        const ask = request(
          `${node?.url ?? ""}${incoming.url ?? ""}`,
          { method: incoming.method, headers: incoming.headers },
          (answer) => {
            outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
            answer.pipe(outgoing)
          }
        )
        ask.on("error", () => (left > 0 ? attempt(left - 1) : outgoing.writeHead(502).end()))
        ask.end(Buffer.concat(parts))
      }
      attempt(nodes.length - 1)
    })
  })
  yield* listening(server, port)
  return `http://127.0.0.1:${port}`
})

const addressOf = ({ cluster }: Node): string => `127.0.0.1:${cluster}`

/** Which runner polls, as this one knows. */
const pollerOf = (place: Node) =>
  eventually(
    "somebody polls",
    Effect.promise(async (): Promise<string | undefined> => {
      const { accounts, ready } = JSON.parse(await (await fetch(`${place.url}/readyz`)).text())
      return ready ? accounts.default.runner : undefined
    })
  )

interface Status {
  readonly runners: ReadonlyArray<{ readonly shards: { readonly own: number; readonly all: number } }>
}

const sharesOf = ({ runners }: Status): ReadonlyArray<number> => runners.map(({ shards }) => shards.own)

/** An agent that answers later, to this one of the runners, whoever asked. Keeps what it was told. */
const lateAgent = Effect.fnUntraced(function* (answerTo: () => string) {
  const port = yield* freePort
  const statuses: Array<number> = []
  const server = createServer((incoming, outgoing) => {
    const parts: Array<Buffer> = []
    incoming.on("data", (part: Buffer) => parts.push(part))
    incoming.on("end", () => {
      outgoing.writeHead(202).end()
      const { message, turnId } = JSON.parse(Buffer.concat(parts).toString())
      const ask = request(`${answerTo()}/v1/turns/${encodeURIComponent(turnId)}/reply`, {
        method: "POST",
        headers: { authorization: `Bearer ${apiToken}`, "content-type": "application/json" }
      })
      ask.on("response", ({ statusCode = 0 }) => statuses.push(statusCode))
      ask.end(JSON.stringify({ text: `muộn: ${message.text}` }))
    })
  })
  yield* listening(server, port)
  return { url: `http://127.0.0.1:${port}/turn`, statuses }
})

const crowd = (zalo: Zalo, size: number) =>
  Effect.forEach(
    Array.from({ length: size }, (_, n) => `Người ${n}`),
    (name) => zalo.addUser(name)
  )

/** Each wrote these words, one after the other, and nothing else: so the echo answered them in that order, and once. */
const answered = Effect.fnUntraced(function* (zalo: Zalo, chat: string, words: ReadonlyArray<string>) {
  yield* soon(`all answers in ${chat}`, zalo.awaitSent(chat, words.length - 1))
  const sent = yield* zalo.hears(chat)
  assert.deepStrictEqual(
    sent.map((one) => one.text),
    words
  )
})

describe.skipIf(programs === undefined)(`two runners on one database${leftOut}`, { timeout: 120_000 }, () => {
  it.live("share the chats, say who polls, and one goes on when the other is killed", () =>
    Effect.gen(function* () {
      const { one, other, zalo } = yield* begun("polling")
      const first = yield* runner(one)
      const second = yield* runner(other)
      const people = yield* crowd(zalo, 8)
      const say = (words: string) =>
        Effect.forEach(people, ({ id }) => zalo.inject({ chat: id, message: text(words) }), { discard: true })
      yield* say("một")
      yield* say("hai")
      for (const { id } of people) yield* answered(zalo, id, ["một", "hai"])

      const status = yield* eventually(
        "both are seen, one of them polls",
        Effect.map(cliJson(one, ["channels", "status"]), ({ json }) =>
          json.runners?.length === 2 && sharesOf(json).every((own) => own > 0) && json.accounts[0].ready
            ? json
            : undefined
        )
      )
      // A shard that moves is nobody's for a moment; none is anybody's twice.
      assert.isAtMost(
        sharesOf(status).reduce((sum, own) => sum + own),
        status.runners[0].shards.all
      )

      const [killed, left, leftAt] =
        (yield* pollerOf(one)) === addressOf(one) ? [first, second, other] : [second, first, one]
      killed.signal("SIGKILL")
      yield* killed.ended
      const from = yield* Clock.currentTimeMillis
      // What Zalo still hands to the poll of the dead one is lost (design.md §2): people write once it is seen to be gone.
      yield* until(
        "the other lets updates in",
        Effect.map(pollerOf(leftAt), (runner) => runner === addressOf(leftAt)),
        left.printed
      )
      const took = (yield* Clock.currentTimeMillis) - from
      assert.isBelow(took, 15_000)
      yield* say("ba")
      for (const { id } of people) yield* answered(zalo, id, ["một", "hai", "ba"])
      assert.strictEqual((yield* stop(left)).code, 0)
    }).pipe(Effect.scoped)
  )

  it.live(
    "take webhooks behind a proxy, and a rolling restart under load loses nothing, doubles nothing, mixes nothing up",
    () =>
      Effect.gen(function* () {
        const { one, other, zalo } = yield* begun("webhook")
        const proxy = yield* proxyTo([one, other])
        yield* zalo.set({ webhookTargets: { [origin]: proxy } })
        let first = yield* runner(one)
        let second = yield* runner(other)
        const people = yield* crowd(zalo, 12)
        const rounds = Array.from({ length: 12 }, (_, n) => `lời ${n}`)
        const load = yield* Effect.forkChild(
          Effect.forEach(
            rounds,
            (words) =>
              Effect.andThen(
                Effect.forEach(people, ({ id }) => zalo.inject({ chat: id, message: text(words) }), { discard: true }),
                Effect.sleep("400 millis")
              ),
            { discard: true }
          )
        )
        assert.strictEqual((yield* stop(first)).code, 0)
        first = yield* runner(one)
        assert.strictEqual((yield* stop(second)).code, 0)
        second = yield* runner(other)
        yield* Fiber.join(load)
        for (const { id } of people) yield* answered(zalo, id, rounds)
      }).pipe(Effect.scoped)
  )

  it.live("bring an agent's later answer to the runner that waits for it", () =>
    Effect.gen(function* () {
      let answerTo = ""
      const agent = yield* lateAgent(() => answerTo)
      const { one, other, zalo } = yield* begun("webhook", { agent: { type: "http", url: agent.url, async: true } })
      yield* zalo.set({ webhookTargets: { [origin]: yield* proxyTo([one, other]) } })
      answerTo = one.url
      yield* runner(one)
      yield* runner(other)
      const people = yield* crowd(zalo, 8)
      yield* Effect.forEach(people, ({ id }) => zalo.inject({ chat: id, message: text("alô") }), { discard: true })
      for (const { id } of people) yield* answered(zalo, id, ["muộn: alô"])
      yield* until(
        "all were taken",
        Effect.sync(() => agent.statuses.length === people.length)
      )
      assert.isTrue(agent.statuses.every((status) => status === 200))
    }).pipe(Effect.scoped)
  )
})
