import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { limit, seed } from "./asked.ts"
import { chanceOf } from "./chance.ts"
import { crashLoop } from "./loop.ts"

// What holds `crash.test.ts` to its word. Side by side: each waits most of its time.
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
