import { readFileSync, writeFileSync } from "node:fs"
import { hostname } from "node:os"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { cli, cliJson, configureBot, makePlace, rows, serve, soon, startZalo, stop, until } from "./harness.ts"

const text = (words: string) => ({ kind: "text", text: words }) as const

it.live("what waited is answered after an approval at the command line, and the audit names who typed it", () =>
  Effect.gen(function* () {
    const { url, zalo } = yield* startZalo()
    const place = yield* makePlace(url)
    yield* configureBot(place, zalo, "polling", { language: "en", pairing: { replay: true } })
    const lan = yield* zalo.addUser("Lan")
    const gateway = yield* serve(place)
    yield* zalo.inject({ chat: lan.id, message: text("one") })
    yield* soon("a challenge", zalo.awaitSent(lan.id, 0))
    yield* zalo.inject({ chat: lan.id, message: text("two") })
    yield* until(
      "the second message is kept",
      Effect.sync(() => rows(place, "SELECT 1 FROM inbox WHERE reason = 'pairing-waiting'").length === 1)
    )
    const { json } = yield* cliJson(place, ["pairing", "list"])
    const approved = yield* cli(place, ["pairing", "approve", json.requests[0].code])
    assert.include(approved.out, "What they wrote while waiting is answered now.")
    assert.include((yield* soon("the notice", zalo.awaitSent(lan.id, 1))).text, "answered next")
    assert.strictEqual((yield* soon("an answer", zalo.awaitSent(lan.id, 2))).text, "one")
    assert.strictEqual((yield* soon("an answer", zalo.awaitSent(lan.id, 3))).text, "two")
    const audit = yield* cliJson(place, ["access", "audit"])
    assert.deepInclude(audit.json.entries[0], { action: "approve", senderId: lan.id, how: "cli" })
    assert.match(audit.json.entries[0].by, new RegExp(`^cli:.+@${hostname()}$`))
    yield* stop(gateway)
  })
)

it.live("forty thousand grants go in beside a running gateway, which goes on answering, and come out again", () =>
  Effect.gen(function* () {
    const { url, zalo } = yield* startZalo()
    const place = yield* makePlace(url)
    yield* configureBot(place, zalo, "polling", { dmPolicy: "open", allowFrom: ["*"] })
    const lan = yield* zalo.addUser("Lan")
    const gateway = yield* serve(place)
    const header = "account,senderId,displayName,approvedBy,approvedAt\r\n"
    const lines = Array.from(
      { length: 40_000 },
      (_, n) =>
        `default,${n.toString(16).padStart(20, "0")},"Nguyễn, ""${n}""",cli:thu@old,2026-11-22T08:00:00.000Z\r\n`
    )
    const file = join(place.folder, "grants.csv")
    writeFileSync(file, `\uFEFF${header}${lines.join("")}`)
    const [imported] = yield* Effect.all(
      [
        cliJson(place, ["access", "import", "grants.csv"]),
        Effect.forEach(
          Array.from({ length: 10 }, (_, n) => n),
          (n) =>
            Effect.gen(function* () {
              yield* zalo.inject({ chat: lan.id, message: text(`${n}`) })
              assert.strictEqual((yield* soon("an echo", zalo.awaitSent(lan.id, n))).text, `${n}`)
            })
        )
      ],
      { concurrency: "unbounded" }
    )
    assert.deepStrictEqual(imported.json, { ok: true, dryRun: false, added: 40_000, alreadyThere: 0, blocked: 0 })
    const exported = yield* cli(place, ["access", "export"])
    assert.strictEqual(exported.out, header + lines.join(""))
    assert.strictEqual(readFileSync(file, "utf8").slice(1), exported.out)
    const missing = yield* cli(place, ["access", "import", "no-such-file.csv"])
    assert.deepStrictEqual([missing.code, missing.out], [1, ""])
    assert.include(missing.err, "there is no such file")
    yield* stop(gateway)
  })
)
