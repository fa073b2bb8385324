import { randomInt } from "node:crypto"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { chanceOf } from "./chance.ts"
import { crashLoop, type LoopReport } from "./loop.ts"

/** `CRASH_KILLS=500` asks for more, `CRASH_SEED=…` repeats the draws of an earlier run. */
const numberFrom = (name: string, otherwise: number): number => {
  const given = Number(process.env[name] ?? "")
  return Number.isSafeInteger(given) && given > 0 ? given : otherwise
}
const seed = numberFrom("CRASH_SEED", randomInt(1, 2 ** 31))
const kills = numberFrom("CRASH_KILLS", 50)
/** A kill, the start after it, and what is left to send at the end. */
const limit = (count: number) => 120_000 + count * 5_000

const tell = (transport: string, count: number, report: LoopReport) =>
  Console.log(
    [
      `crash loop over ${transport}: CRASH_SEED=${seed}, ${count} kills in ${Math.round(report.elapsedMs / 1000)} s`,
      `${report.between} between admit and sent, ${report.early} before it was ready`,
      `${report.accepted} messages accepted, ${report.inTheWindow} in the polling window`,
      `${report.doubled} chunks doubled, ${report.undecided} of unknown fate`
    ].join("; ")
  )

// Side by side: each waits most of its time.
describe.concurrent("killed again and again under load", () => {
  for (const [transport, count] of [
    ["polling", Math.floor(kills / 2)],
    ["webhook", Math.ceil(kills / 2)]
  ] as const) {
    it.live(
      `over ${transport}, every accepted message has one turn's replies, in order`,
      () =>
        Effect.gen(function* () {
          const report = yield* crashLoop({ transport, kills: count, chance: chanceOf(seed) })
          yield* tell(transport, count, report)
          assert.deepStrictEqual(report.broken, [])
          assert.isAtLeast(report.between, Math.ceil(count / 3), "too few kills between admit and sent")
          assert.isAtLeast(report.accepted, count)
        }),
      limit(count)
    )
  }
})

describe.concurrent("a build that breaks a promise is found out", () => {
  const mutant = (name: string, transport: "polling" | "webhook", finding: RegExp) =>
    it.live(
      `${name}, over ${transport}`,
      () =>
        Effect.gen(function* () {
          const report = yield* crashLoop({
            transport,
            kills: 5,
            chance: chanceOf(seed),
            node: ["--import", fileURLToPath(new URL("mutant.ts", import.meta.url))],
            env: { MUTANT: name }
          })
          assert.isTrue(
            report.broken.some((one) => finding.test(one)),
            `it was not noticed (CRASH_SEED=${seed}): ${JSON.stringify(report)}`
          )
        }),
      limit(5)
    )
  mutant("acknowledge-before-commit", "webhook", /was acknowledged and is lost/)
  mutant("resend-without-record", "polling", /was heard \d times on \d recorded attempts/)
})
