import { assert, describe, it } from "@effect/vitest"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { limit, numberFrom, seed } from "./asked.ts"
import { chanceOf } from "./chance.ts"
import { crashLoop, type LoopReport } from "./loop.ts"

const kills = numberFrom("CRASH_KILLS", 50)

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
