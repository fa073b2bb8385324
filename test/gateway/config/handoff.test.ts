import { assert, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { account, check, checkZalo, settings } from "./kit.ts"

it.effect("without a handoff section nobody's word silences the bot, and a pause lasts", () =>
  Effect.gen(function* () {
    const { handoff } = account(yield* settings(checkZalo({ botToken: "1:a" })))
    assert.deepStrictEqual(handoff, {
      keywords: [],
      resumeKeywords: ["/bot"],
      resumeAfter: undefined,
      notice: true,
      onAgentFailure: false
    })
  })
)

it.effect("an account's own section stands in the place of the one for all accounts", () =>
  Effect.gen(function* () {
    const config = yield* settings(
      check({
        channels: {
          zalo: {
            handoff: { keywords: ["/human"], resumeAfter: "2h", onAgentFailure: true },
            accounts: {
              one: { botToken: "1:a" },
              two: { botToken: "2:a", handoff: { keywords: [], resumeAfter: "none" } }
            }
          }
        }
      })
    )
    const of = (id: string) => config.accounts.find((one) => one.id === id)?.handoff
    assert.deepStrictEqual(of("one"), {
      keywords: ["/human"],
      resumeKeywords: ["/bot"],
      resumeAfter: Duration.hours(2),
      notice: true,
      onAgentFailure: true
    })
    assert.deepStrictEqual(of("two"), {
      keywords: [],
      resumeKeywords: ["/bot"],
      resumeAfter: undefined,
      notice: true,
      onAgentFailure: false
    })
  })
)

it.effect("blank phrases, wrong durations and unknown keys are problems", () =>
  Effect.gen(function* () {
    const problems = yield* Effect.map(
      checkZalo({ botToken: "1:a", handoff: { keywords: [" "], resumeAfter: "soon", keyword: ["/human"] } }),
      (checked) => checked.problems.map(({ key }) => key)
    )
    assert.deepStrictEqual(problems.toSorted(), [
      "channels.zalo.handoff.keyword",
      "channels.zalo.handoff.keywords",
      "channels.zalo.handoff.resumeAfter"
    ])
  })
)
