import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { account, checkZalo, keys, settings } from "./kit.ts"

it.effect("without a word an account speaks first at 30 a minute, keeps 200 for replies, and heeds no hours", () =>
  Effect.gen(function* () {
    const { proactive } = account(yield* settings(checkZalo({ botToken: "1:a" })))
    assert.deepStrictEqual(proactive, {
      perMinute: 30,
      quietHours: undefined,
      reserve: 200,
      missed: "skip",
      optOut: {
        words: ["STOP", "/stop", "hủy nhận tin"],
        back: ["START", "/start", "nhận tin"],
        footer: false
      }
    })
    const small = account(yield* settings(checkZalo({ botToken: "1:a", quota: 50 })))
    assert.strictEqual(small.proactive.reserve, 5)
  })
)

it.effect("it reads what is written", () =>
  Effect.gen(function* () {
    const { proactive } = account(
      yield* settings(
        checkZalo({
          botToken: "1:a",
          proactive: {
            perMinute: 60,
            quietHours: { from: "21:00", to: "08:30" },
            reserve: 0,
            missed: "run-all",
            optOut: { words: [] }
          }
        })
      )
    )
    assert.deepInclude(proactive, { perMinute: 60, reserve: 0, missed: "run-all" })
    assert.deepStrictEqual(proactive.quietHours, { from: 1_260, to: 510, zone: "Asia/Ho_Chi_Minh" })
    assert.deepStrictEqual(proactive.optOut.words, [])
  })
)

it.effect("what cannot be meant is told with its key", () =>
  Effect.gen(function* () {
    const at = "channels.zalo.proactive"
    const wrong = {
      perMinute: 0,
      quietHours: { from: "9pm", to: "24:00", zone: "Mars/Olympus" },
      missed: "run",
      optOut: { words: "STOP", back: [""] },
      rate: 3
    }
    const { problems } = yield* checkZalo({ botToken: "1:a", proactive: wrong })
    assert.sameMembers(keys(problems), [
      `${at}.perMinute`,
      `${at}.quietHours.from`,
      `${at}.quietHours.to`,
      `${at}.quietHours.zone`,
      `${at}.missed`,
      `${at}.optOut.words`,
      `${at}.optOut.back`,
      `${at}.rate`
    ])
    const half = yield* checkZalo({ botToken: "1:a", proactive: { quietHours: { from: "21:00" } } })
    assert.strictEqual(half.problems.length, 1)
  })
)

it.effect("a reserve that leaves nothing is warned of", () =>
  Effect.gen(function* () {
    const { problems, warnings } = yield* checkZalo({ botToken: "1:a", quota: 100, proactive: { reserve: 100 } })
    assert.deepStrictEqual(problems, [])
    assert.include(keys(warnings), "channels.zalo.proactive.reserve")
  })
)
