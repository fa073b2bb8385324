import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { leftOut, programs, startServer } from "../postgres/server.ts"
import {
  cliJson,
  configureBot,
  freePort,
  makePlace,
  type Place,
  ready,
  readiness,
  soon,
  start,
  startZalo,
  stop,
  until
} from "./harness.ts"

const text = (words: string) => ({ kind: "text", text: words }) as const
const open = { dmPolicy: "open", allowFrom: ["*"] }

/** Two machines with one configuration, and a database that both reach. */
const begun = Effect.fnUntraced(function* (transport: "polling" | "webhook") {
  const { url: store } = yield* startServer
  const { url, zalo } = yield* startZalo()
  const placeOf = Effect.gen(function* () {
    const place = yield* makePlace(url)
    yield* configureBot(place, zalo, transport, open, { store: { url: store } })
    return { ...place, cluster: yield* freePort }
  })
  const one = yield* placeOf
  const other = yield* placeOf
  return { one, other, store, zalo }
})

/** A runner, ready. */
const runner = Effect.fnUntraced(function* (place: Place & { readonly cluster: number }) {
  const running = yield* start(place, ["serve", "--cluster-host", "127.0.0.1", "--cluster-port", String(place.cluster)])
  yield* ready(place, running)
  return running
})

describe.skipIf(programs === undefined)(`two runners on one database${leftOut}`, { timeout: 90_000 }, () => {
  it.live("answer each message once and in order, and one polls; when it is killed the other goes on", () =>
    Effect.gen(function* () {
      const { one, other, zalo } = yield* begun("polling")
      const first = yield* runner(one)
      const second = yield* runner(other)
      const people = yield* Effect.forEach(
        Array.from({ length: 8 }, (_, n) => `Người ${n}`),
        (name) => zalo.addUser(name)
      )
      const say = (words: string) =>
        Effect.forEach(people, ({ id }) => zalo.inject({ chat: id, message: text(words) }), { discard: true })
      yield* say("một")
      yield* say("hai")
      for (const { id } of people) yield* soon("two answers", zalo.awaitSent(id, 1))
      first.signal("SIGKILL")
      yield* first.ended
      const from = yield* Clock.currentTimeMillis
      yield* say("ba")
      for (const { id } of people) yield* soon("the third answer", zalo.awaitSent(id, 2))
      const took = (yield* Clock.currentTimeMillis) - from
      console.log(`moved in ${took} ms`)
      assert.isBelow(took, 15_000)
      yield* stop(second)
    }).pipe(Effect.scoped)
  )
})
