import { assert, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import {
  configureBot,
  makePlace,
  ready,
  readiness,
  rows,
  serve,
  soon,
  start,
  startZalo,
  stop,
  until
} from "./harness.ts"

const text = (words: string) => ({ kind: "text", text: words }) as const
const open = { dmPolicy: "open", allowFrom: ["*"] }

const begun = Effect.gen(function* () {
  const { url, zalo } = yield* startZalo()
  const place = yield* makePlace(url)
  yield* configureBot(place, zalo, "polling", open)
  const lan = yield* zalo.addUser("Lan")
  return { lan, place, zalo }
})

describe("a bot's lease", { timeout: 60_000 }, () => {
  it.live("is free the moment that its holder is killed", () =>
    Effect.gen(function* () {
      const { lan, place, zalo } = yield* begun
      const first = yield* serve(place)
      first.signal("SIGKILL")
      yield* first.ended
      const from = yield* Clock.currentTimeMillis
      yield* serve(place)
      assert.isBelow((yield* Clock.currentTimeMillis) - from, 5_000)
      yield* zalo.inject({ chat: lan.id, message: text("chào") })
      yield* soon("an answer", zalo.awaitSent(lan.id, 0))
    })
  )

  it.live("is waited for with --wait, and taken over from one that is killed and from one that stops", () =>
    Effect.gen(function* () {
      const { lan, place, zalo } = yield* begun
      const first = yield* serve(place)
      const standby = yield* start(place, ["serve", "--wait"])
      yield* until(
        "it waits",
        Effect.sync(() => standby.err().includes("waiting until it lets go")),
        standby.printed
      )
      assert.include(standby.err(), `held by ${first.pid} on `)
      assert.isFalse(standby.isOver())
      first.signal("SIGKILL")
      yield* ready(place, standby)
      yield* zalo.inject({ chat: lan.id, message: text("một") })
      yield* soon("an answer of the second", zalo.awaitSent(lan.id, 0))
      const third = yield* start(place, ["serve", "--wait"])
      yield* until(
        "the third waits",
        Effect.sync(() => third.err().includes(`held by ${standby.pid} on `)),
        third.printed
      )
      assert.strictEqual((yield* stop(standby)).code, 0)
      yield* ready(place, third)
      yield* zalo.inject({ chat: lan.id, message: text("hai") })
      yield* soon("an answer of the third", zalo.awaitSent(lan.id, 1))
    })
  )
})

describe("a store that cannot be used", { timeout: 60_000 }, () => {
  it.live("is named and left as it is when it is corrupt at the start", () =>
    Effect.gen(function* () {
      const { place } = yield* begun
      mkdirSync(dirname(place.database), { recursive: true })
      const broken = "this is no database ".repeat(400)
      writeFileSync(place.database, broken)
      const gateway = yield* start(place, ["serve", "--json"])
      const ended = yield* gateway.ended
      assert.strictEqual(ended.code, 1)
      const { error } = JSON.parse(ended.out)
      assert.strictEqual(error.code, "store")
      assert.include(error.message, place.database)
      assert.include(error.message, "(corrupt)")
      assert.strictEqual(readFileSync(place.database, "utf8"), broken)
    })
  )

  it.live("takes nothing more once it was removed, and what was in it is beside", () =>
    Effect.gen(function* () {
      const { lan, place, zalo } = yield* begun
      const gateway = yield* serve(place)
      yield* zalo.inject({ chat: lan.id, message: text("một") })
      yield* soon("an answer", zalo.awaitSent(lan.id, 0))
      rmSync(dirname(place.database), { recursive: true, force: true })
      yield* until(
        "it says so",
        Effect.map(readiness(place), (answer) => answer?.accounts["default"]?.reason?.includes("was removed") === true),
        gateway.printed
      )
      const rescued = `${place.database}.rescued`
      assert.isTrue(existsSync(rescued))
      assert.strictEqual(
        rows({ database: rescued }, "SELECT count(*) AS n FROM inbox WHERE state = 'done'")[0]?.["n"],
        1
      )
      assert.strictEqual((gateway.err().match(/the journal cannot be used/g) ?? []).length, 1)
    })
  )

  it.live("on a disk that is full takes nothing that it cannot keep, and goes on when there is room", (context) =>
    Effect.gen(function* () {
      const { url, zalo } = yield* startZalo()
      const place = yield* makePlace(url)
      const disk = join(place.folder, "disk")
      mkdirSync(disk)
      // A file system of three megabytes of its own: only root may have one.
      if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=3m", "tmpfs", disk]).status !== 0) {
        return context.skip("no file system can be mounted here")
      }
      yield* Effect.addFinalizer(() => Effect.sync(() => void spawnSync("umount", ["-l", disk])))
      const small = { ...place, env: { ...place.env, ZALO_EFFECT_DATA_DIR: join(disk, "data") } }
      yield* configureBot(small, zalo, "webhook", open)
      const gateway = yield* serve(small)
      const lan = yield* zalo.addUser("Lan")
      yield* zalo.inject({ chat: lan.id, message: text("0") })
      yield* soon("an answer", zalo.awaitSent(lan.id, 0))
      const filler = join(disk, "fill")
      spawnSync("dd", ["if=/dev/zero", `of=${filler}`, "bs=1k"])
      for (let n = 1; n <= 20; n++) {
        yield* zalo.inject({ chat: lan.id, message: text(`${n} ${"x".repeat(1_500)}`) })
      }
      yield* until(
        "it says so",
        Effect.map(readiness(small), (answer) => answer?.accounts["default"]?.reason?.includes("(full)") === true),
        gateway.printed
      )
      const refused = Effect.map(zalo.deliveries, (all) => all.some(({ status }) => status === 503))
      yield* until("Zalo is told", refused, gateway.printed)
      rmSync(filler)
      yield* soon("every one of them", zalo.awaitSent(lan.id, 20))
      yield* ready(small, gateway)
      // Once, not each second.
      assert.strictEqual((gateway.err().match(/level=ERROR/g) ?? []).length, 1, gateway.err())
    })
  )
})
