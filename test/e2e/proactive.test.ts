import { existsSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import {
  cli,
  cliJson,
  configureBot,
  eventually,
  makePlace,
  type Place,
  rows,
  serve,
  soon,
  start,
  startZalo,
  stop,
  until,
  type Zalo
} from "./harness.ts"

const account = { dmPolicy: "open", allowFrom: ["*"], proactive: { perMinute: 600 } }

/** People who wrote to the bot, which a gateway has answered. */
const setUp = Effect.fnUntraced(function* (names: ReadonlyArray<string>, more: object = {}) {
  const { url, zalo } = yield* startZalo()
  const place = yield* makePlace(url)
  yield* configureBot(place, zalo, "polling", { ...account, ...more })
  const people = yield* Effect.forEach(names, (name) => zalo.addUser(name))
  return { people, place, zalo }
})

const write = Effect.fnUntraced(function* (zalo: Zalo, people: ReadonlyArray<{ readonly id: string }>) {
  for (const { id } of people) {
    yield* zalo.inject({ chat: id, message: { kind: "text", text: "chào" } })
    yield* soon("an echo", zalo.awaitSent(id, 0))
  }
})

/** How often somebody got this text. */
const got = (zalo: Zalo, id: string, text: string) =>
  Effect.map(zalo.hears(id), (heard) => heard.filter((message) => message.text === text).length)

const names = (count: number) => Array.from({ length: count }, (_, i) => `Khách ${i}`)

const ended = (place: Place, ref: string) =>
  eventually(
    "the broadcast's end",
    Effect.map(cliJson(place, ["broadcast", "show", ref]), ({ json }) => (json.state === "done" ? json : undefined))
  )

it.live("message send --targets reaches a list without a gateway and without a store, with a result for each", () =>
  Effect.gen(function* () {
    const { people, place, zalo } = yield* setUp(["An", "Bình"])
    yield* zalo.set({ strangers: "accepted" })
    const [an, binh] = people
    const list = join(place.folder, "list.csv")
    writeFileSync(list, `name,chat\n"Lê, An",${an?.id}\nBình,zalo:${binh?.id}\nBình,${binh?.id}\n`)
    const sent = yield* cliJson(place, ["message", "send", "--targets", list, "--message", "Hàng về"])
    assert.strictEqual(sent.code, 0, sent.err)
    assert.deepInclude(sent.json, { ok: true, account: "default", kind: "list", state: "done", recipients: 2 })
    assert.deepStrictEqual(
      sent.json.results.map((row: { readonly chatId: string; readonly state: string }) => [row.chatId, row.state]),
      people.map(({ id }) => [id, "sent"])
    )
    assert.match(sent.json.results[0].messageIds[0], /^[0-9a-f]+$/)
    for (const { id } of people) assert.strictEqual(yield* got(zalo, id, "Hàng về"), 1)
    assert.isFalse(existsSync(place.database), "a command makes no store")

    // From stdin; somebody that Zalo does not know is told as not delivered.
    yield* zalo.set({ strangers: "refused" })
    const stranger = "0123456789abcdef0123"
    const partly = yield* cli(place, ["message", "send", "--targets", "-", "-m", "hai", "--json"], `${stranger}\n`)
    assert.strictEqual(partly.code, 1)
    const failure = JSON.parse(partly.out)
    assert.deepInclude(failure, { ok: false, state: "done", recipients: 1 })
    assert.strictEqual(failure.error.code, "refused")
    assert.deepInclude(failure.results[0], { chatId: stranger, state: "dead", reason: "refused" })
  })
)

it.live("a wrong list, a wrong time and nothing to send are refused with exit 2", () =>
  Effect.gen(function* () {
    const { place } = yield* setUp([])
    const list = join(place.folder, "list.txt")
    writeFileSync(list, "# nobody\n")
    for (const args of [
      ["message", "send", "--targets", list, "--message", "x"],
      ["message", "send", "--targets", join(place.folder, "none.txt"), "--message", "x"],
      ["message", "send", "--targets", list, "--target", "abc", "--message", "x"],
      ["message", "send", "--message", "x"],
      ["broadcast", "send", "--yes"],
      ["broadcast", "send", "--message", "x", "--name", "12", "--yes"],
      ["schedule", "add", "--to", "all", "--message", "x"],
      ["schedule", "add", "--cron", "0 8 * * *", "--message", "x"],
      ["schedule", "add", "--cron", "0 99 * * *", "--to", "all", "--message", "x"],
      ["schedule", "add", "--at", "2020-01-01T08:00", "--to", "all", "--message", "x"],
      ["schedule", "add", "--cron", "0 8 * * *", "--zone", "Nowhere/Else", "--to", "all", "--message", "x"]
    ]) {
      const { code, json } = yield* cliJson(place, args)
      assert.deepStrictEqual([code, json.ok, json.error.code], [2, false, "usage"], args.join(" "))
    }
    for (const args of [
      ["broadcast", "show", "b1"],
      ["broadcast", "cancel", "tet"],
      ["schedule", "remove", "s1"],
      ["schedule", "run", "sáng"]
    ]) {
      const { code, json } = yield* cliJson(place, args)
      assert.deepStrictEqual([code, json.error.code], [1, "not-found"], args.join(" "))
    }
    assert.deepStrictEqual((yield* cliJson(place, ["broadcast", "list"])).json, { broadcasts: [] })
    assert.deepStrictEqual((yield* cliJson(place, ["schedule", "list"])).json, { schedules: [] })
  })
)

it.live(
  "a broadcast is told beforehand, needs a yes, and goes on after its gateway was killed: nobody gets it twice",
  () =>
    Effect.gen(function* () {
      const { people, place, zalo } = yield* setUp(names(12), { proactive: { perMinute: 120 } })
      const gateway = yield* serve(place)
      yield* write(zalo, people)
      const [first] = people
      yield* zalo.inject({ chat: first?.id ?? "", message: { kind: "text", text: "STOP" } })
      yield* soon("the confirmation", zalo.awaitSent(first?.id ?? "", 1))

      const send = ["broadcast", "send", "--message", "Tết!", "--name", "tet"]
      const dry = yield* cliJson(place, [...send, "--dry-run"])
      assert.strictEqual(dry.code, 0)
      assert.deepInclude(dry.json, {
        dryRun: true,
        recipients: 11,
        messages: 11,
        leftOut: { "opted-out": 1 },
        seconds: 5
      })
      assert.deepInclude(dry.json.quota, { limit: 3_000, reserve: 200, fits: true })
      assert.deepStrictEqual(dry.json.leftOutChats[0], {
        chatId: first?.id,
        displayName: "Khách 0",
        reason: "opted-out"
      })
      const unsure = yield* cliJson(place, send)
      assert.deepStrictEqual([unsure.code, unsure.json.error.code], [1, "not-confirmed"])
      const begun = yield* cliJson(place, [...send, "--yes"])
      assert.deepInclude(begun.json, { ok: true, id: "b1", name: "tet", existing: false })
      yield* until(
        "some have it",
        Effect.sync(() => rows(place, "SELECT 1 FROM outbox WHERE origin = 'broadcast' AND state = 'sent'").length >= 3)
      )
      gateway.signal("SIGKILL")
      yield* gateway.ended

      yield* serve(place)
      const again = yield* cliJson(place, [...send, "--yes"])
      assert.deepInclude(again.json, { ok: true, id: "b1", existing: true })
      const result = yield* ended(place, "tet")
      assert.strictEqual(result.counts.sent, 11)
      for (const { id } of people.slice(1)) {
        // One call may have been under way when the process died; it is made once more.
        const unclear = rows(place, "SELECT 1 FROM outbox WHERE chat = ? AND origin = 'broadcast' AND unclear > 0", id)
        const times = yield* got(zalo, id, "Tết!")
        assert.isTrue(times === 1 || (times === 2 && unclear.length === 1), `${times} times`)
      }
      assert.strictEqual(yield* got(zalo, first?.id ?? "", "Tết!"), 0)
      const failed = yield* cliJson(place, ["broadcast", "show", "tet", "--failed"])
      assert.deepStrictEqual(
        failed.json.results.map((row: { readonly reason: string }) => row.reason),
        ["opted-out"]
      )
    })
)

it.live("without a gateway the command sends itself; killed on the way, the same command goes on", () =>
  Effect.gen(function* () {
    const { people, place, zalo } = yield* setUp(names(8), { onUnknown: "hold", proactive: { perMinute: 240 } })
    const gateway = yield* serve(place)
    yield* write(zalo, people)
    yield* stop(gateway)
    const send = ["broadcast", "send", "--message", "Tết!", "--name", "tet", "--yes", "--json"]
    const first = yield* start(place, send)
    yield* until(
      "some have it",
      Effect.sync(() => rows(place, "SELECT 1 FROM outbox WHERE origin = 'broadcast' AND state = 'sent'").length >= 2)
    )
    first.signal("SIGKILL")
    yield* first.ended
    const second = yield* soon("its end", (yield* start(place, send)).ended)
    const json = JSON.parse(second.out)
    assert.strictEqual(json.counts.sent + json.counts.unknown, 8)
    assert.isAtMost(json.counts.unknown, 1)
    for (const { id } of people) assert.strictEqual(yield* got(zalo, id, "Tết!"), 1)
  })
)

it.live(
  "a schedule is sent by the gateway when it is due, and what was due while none ran is made up for as configured",
  () =>
    Effect.gen(function* () {
      const { people, place, zalo } = yield* setUp(["An", "Bình"])
      const [an, binh] = people
      const gateway = yield* serve(place)
      yield* write(zalo, people)
      const soonAt = DateTime.formatIso(DateTime.makeUnsafe((yield* Clock.currentTimeMillis) + 5_000))
      const target = ["--target", an?.id ?? "", "--message"]
      const added = yield* cliJson(place, ["schedule", "add", "--at", soonAt, ...target, "một lần", "--name", "once"])
      assert.deepInclude(added.json, { ok: true, id: "s1", state: "active", at: soonAt, next: [soonAt] })
      yield* soon("the schedule's message", zalo.awaitSent(an?.id ?? "", 1))
      const shown = yield* eventually(
        "its result",
        Effect.map(cliJson(place, ["schedule", "show", "once"]), ({ json }) =>
          json.runs[0]?.state === "done" ? json : undefined
        )
      )
      assert.deepInclude(shown, { state: "done", nextAt: null })
      assert.deepInclude(shown.runs[0], { dueAt: soonAt, outcome: "started", broadcast: "b1" })
      assert.strictEqual(shown.runs[0].counts.sent, 1)

      const daily = [
        "--cron",
        "0 8 * * 1-5",
        "--zone",
        "Asia/Ho_Chi_Minh",
        "--to",
        "all",
        "--message",
        "Chào buổi sáng"
      ]
      const dry = yield* cliJson(place, ["schedule", "add", ...daily, "--dry-run"])
      assert.strictEqual(dry.json.next.length, 5)
      assert.match(dry.json.next[0], /T01:00:00/)
      yield* cliJson(place, ["schedule", "add", ...daily, "--name", "sáng"])
      assert.deepInclude((yield* cliJson(place, ["schedule", "run", "sáng"])).json, { ok: true, id: "s2" })
      for (const { id } of people) {
        yield* until(
          "out of turn",
          Effect.map(got(zalo, id, "Chào buổi sáng"), (times) => times === 1)
        )
      }

      // Due while nobody is there: one is made up for, the other is not.
      const later = DateTime.formatIso(DateTime.makeUnsafe((yield* Clock.currentTimeMillis) + 6_000))
      const to = ["--target", binh?.id ?? "", "--message"]
      yield* cliJson(place, ["schedule", "add", "--at", later, ...to, "bù", "--missed", "run-once"])
      yield* cliJson(place, ["schedule", "add", "--at", later, ...to, "bỏ", "--missed", "skip"])
      gateway.signal("SIGKILL")
      yield* gateway.ended
      yield* Effect.sleep("10 seconds")
      yield* serve(place)
      yield* until(
        "made up for",
        Effect.map(got(zalo, binh?.id ?? "", "bù"), (times) => times === 1)
      )
      const skipped = yield* cliJson(place, ["schedule", "show", "s4"])
      assert.deepInclude(skipped.json.runs[0], { outcome: "missed", broadcast: null })
      assert.strictEqual(yield* got(zalo, binh?.id ?? "", "bỏ"), 0)
      assert.strictEqual((yield* cliJson(place, ["schedule", "remove", "sáng"])).code, 0)
      assert.strictEqual((yield* cliJson(place, ["schedule", "list"])).json.schedules.length, 3)
    })
)
