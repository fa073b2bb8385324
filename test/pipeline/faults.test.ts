import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { botApiOrigin, layerInProcess } from "../../src/sandbox/inProcess.ts"
import { EmulatedZalo } from "../../src/sandbox/Zalo.ts"
import { ZaloApi } from "../../src/zalo/ZaloApi.ts"
import { temporaryFile } from "../journal/kit.ts"
import { outboxRows, outcomes, pass, processOn, says, StubAgent, worldOf } from "./kit.ts"

const token = "1:abc"
const chats = Array.from({ length: 20 }, (_, n) => `chat${n}`)
const texts = (chat: string) => Array.from({ length: 10 }, (_, n) => `re: ${chat}-${n}`)

it.effect.each([{ seed: "one" }, { seed: "two" }, { seed: "three" }])(
  "with 3 of 10 sends refused and 1 of 20 cut after it was taken, nothing is lost or out of order (seed $seed)",
  ({ seed }) =>
    Effect.gen(function* () {
      const zalo = yield* EmulatedZalo
      yield* zalo.fault({ kind: "html", status: 429, method: "sendMessage", chance: 0.3 })
      yield* zalo.fault({ kind: "drop", taken: true, method: "sendMessage", chance: 0.05 })
      const api = yield* ZaloApi.make({ token: Redacted.make(token), baseUrl: botApiOrigin })
      const world = worldOf(api, new StubAgent().bridge)
      const filename = yield* temporaryFile
      yield* Effect.gen(function* () {
        for (let n = 0; n < 10; n++) for (const chat of chats) yield* says(chat, `${chat}-${n}`)
        const open = Effect.map(
          outboxRows,
          (rows) => rows.length < 200 || rows.some((row) => row.state === "queued" || row.state === "sending")
        )
        for (let minutes = 0; (yield* open) && minutes < 120; minutes++) yield* pass("1 minute", "2 seconds")
        const rows = yield* outboxRows
        const attempts = yield* outcomes
        assert.strictEqual(rows.length, 200)
        let doubles = 0
        for (const chat of chats) {
          const heard = (yield* zalo.hears(chat)).map((message) => message.text)
          // Nothing lost, nothing out of order.
          assert.deepStrictEqual(
            heard.filter((text, n) => text !== heard[n - 1]),
            texts(chat)
          )
          for (const doubled of heard.filter((text, n) => text === heard[n - 1])) {
            const at = rows.findIndex((row) => JSON.parse(row.payload).text === doubled)
            assert.include(attempts[at] ?? [], "unknown", "a double is told by an attempt")
            doubles++
          }
        }
        for (const [n, row] of rows.entries()) {
          const calls = attempts[n] ?? []
          assert.strictEqual(row.attempts, calls.length)
          assert.strictEqual(calls.at(-1), row.state === "sent" ? "sent" : "unknown")
          assert.isTrue(row.state === "sent" || calls.filter((one) => one === "unknown").length === 2)
        }
        const calls = (yield* zalo.calls).filter((call) => call.method === "sendMessage")
        assert.strictEqual(calls.length, attempts.flat().length, "attempts tell every call")
        assert.strictEqual(calls.filter((call) => call.taken).length, 200 + doubles)
        assert.isAbove(doubles, 0)
      }).pipe(Effect.provide(processOn(filename, world)))
    }).pipe(
      Effect.scoped,
      Effect.provide(layerInProcess({ seed, bots: [{ token }], switches: { strangers: "accepted" } }))
    ),
  120_000
)
