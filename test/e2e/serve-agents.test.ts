import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { configureBot, makePlace, rows, serve, soon, startZalo, stop, until } from "./harness.ts"

const text = (words: string) => ({ kind: "text", text: words }) as const

const setUp = Effect.fnUntraced(function* (transport: "polling" | "webhook", agent: object) {
  const { url, zalo } = yield* startZalo()
  const place = yield* makePlace(url)
  yield* configureBot(place, zalo, transport, { dmPolicy: "open", allowFrom: ["*"] }, { agent })
  const lan = yield* zalo.addUser("Lan")
  return { lan, place, zalo }
})

/** What the newcomer writes instead of echo. */
const bot = `
import json, sys
turn = json.load(sys.stdin)
said = turn["message"]["text"]
name = turn["sender"]["displayName"]
if said == "hai":
    print(json.dumps({"parts": [{"type": "text", "text": "một"}, {"type": "text", "text": "hai"}]}))
else:
    print(f"{name} nói: {said[::-1]}")
`

it.live("echo is swapped for a ten-line Python command", () =>
  Effect.gen(function* () {
    assert.isAtMost(bot.trim().split("\n").length, 10)
    const { lan, place, zalo } = yield* setUp("polling", { type: "command", command: ["python3", "bot.py"] })
    writeFileSync(join(place.folder, "bot.py"), bot)
    const gateway = yield* serve(place)
    yield* zalo.inject({ chat: lan.id, message: text("xin chào") })
    yield* zalo.inject({ chat: lan.id, message: text("hai") })
    yield* soon("three messages", zalo.awaitSent(lan.id, 2))
    assert.deepStrictEqual(
      (yield* zalo.hears(lan.id)).map((one) => one.text),
      ["Lan nói: oàhc nix", "một", "hai"]
    )
    assert.strictEqual((yield* stop(gateway)).code, 0)
  })
)

describe.each(["polling", "webhook"] as const)("over %s", (transport) => {
  it.live("kill -9 in the middle of a turn: after the restart it is answered, once", () =>
    Effect.gen(function* () {
      // Slow only until the file is there, so that the test decides when a turn may end.
      const slow = `
        const fs = require("node:fs")
        const turn = JSON.parse(fs.readFileSync(0, "utf8"))
        fs.appendFileSync("asked", turn.turnId + "\\n")
        const answer = () => fs.existsSync("go") ? console.log("trả lời " + turn.message.text) : setTimeout(answer, 20)
        setTimeout(() => process.exit(1), 20_000).unref()
        answer()`
      const { lan, place, zalo } = yield* setUp(transport, { type: "command", command: [process.execPath, "-e", slow] })
      const first = yield* serve(place)
      for (const words of ["1", "2", "3"]) yield* zalo.inject({ chat: lan.id, message: text(words) })
      yield* until(
        "all three are journalled, and the first is being answered",
        Effect.sync(
          () =>
            rows(place, "SELECT 1 FROM inbox").length === 3 &&
            rows(place, "SELECT 1 FROM inbox WHERE starts = 1").length === 1
        ),
        first.printed
      )
      first.signal("SIGKILL")
      yield* first.ended
      assert.deepStrictEqual(yield* zalo.hears(lan.id), [])
      writeFileSync(join(place.folder, "go"), "")
      const second = yield* serve(place)
      yield* soon("three answers", zalo.awaitSent(lan.id, 2))
      assert.strictEqual((yield* stop(second)).code, 0)
      assert.deepStrictEqual(
        (yield* zalo.hears(lan.id)).map((one) => one.text),
        ["trả lời 1", "trả lời 2", "trả lời 3"]
      )
      // The agent may be asked again, under the same turn id.
      const asked = readFileSync(join(place.folder, "asked"), "utf8").trim().split("\n")
      assert.strictEqual(new Set(asked).size, 3)
      assert.deepStrictEqual(rows(place, "SELECT state, COUNT(*) AS n FROM outbox GROUP BY state"), [
        { state: "sent", n: 3 }
      ])
    })
  )
})

it.live("a command that fails is asked again, and the chats beside it are answered meanwhile", () =>
  Effect.gen(function* () {
    const flaky = `
      const fs = require("node:fs")
      const turn = JSON.parse(fs.readFileSync(0, "utf8"))
      if (turn.message.text === "khó" && turn.attempt === 1) { console.error("chưa được"); process.exit(3) }
      console.log(turn.message.text + " lần " + turn.attempt)`
    const { lan, place, zalo } = yield* setUp("polling", { type: "command", command: [process.execPath, "-e", flaky] })
    const gateway = yield* serve(place)
    const minh = yield* zalo.addUser("Minh")
    yield* zalo.inject({ chat: lan.id, message: text("khó") })
    yield* zalo.inject({ chat: lan.id, message: text("dễ") })
    yield* zalo.inject({ chat: minh.id, message: text("dễ") })
    yield* soon("Minh's answer", zalo.awaitSent(minh.id, 0))
    yield* soon("Lan's answers", zalo.awaitSent(lan.id, 1))
    assert.deepStrictEqual(
      (yield* zalo.hears(lan.id)).map((one) => one.text),
      ["khó lần 2", "dễ lần 1"]
    )
    assert.include(gateway.printed(), "chưa được")
    assert.deepStrictEqual(rows(place, "SELECT attempts FROM inbox ORDER BY seq"), [
      { attempts: 1 },
      { attempts: 0 },
      { attempts: 0 }
    ])
  })
)

it.live("a long answer goes out in chunks, in order, and nothing of it is lost", () =>
  Effect.gen(function* () {
    const long = `process.stdin.resume(); console.log(Array.from({ length: 600 }, (_, n) => "dòng " + n).join("\\n"))`
    const { lan, place, zalo } = yield* setUp("webhook", { type: "command", command: [process.execPath, "-e", long] })
    yield* serve(place)
    yield* zalo.inject({ chat: lan.id, message: text("kể đi") })
    yield* soon("the last chunk", zalo.awaitSent(lan.id, 2))
    yield* until(
      "all is sent",
      Effect.sync(() => rows(place, "SELECT 1 FROM outbox WHERE state <> 'sent'").length === 0)
    )
    const heard = (yield* zalo.hears(lan.id)).map((one) => one.text)
    assert.strictEqual(heard.join(""), Array.from({ length: 600 }, (_, n) => `dòng ${n}`).join("\n"))
    assert.isTrue(heard.every((chunk) => chunk.length <= 2_000))
  })
)
