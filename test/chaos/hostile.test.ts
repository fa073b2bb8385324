import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { removeBench } from "../bench/gateway.ts"
import { atTheDoor } from "../evidence/hostile/bodies.ts"
import { farSide } from "../evidence/hostile/farSide.ts"
import { doorRows, farRows } from "../evidence/parts/hostile.ts"

/** `HOSTILE_SEED=…` draws the same again. */
const seed = Number(process.env["HOSTILE_SEED"] ?? 20_261_125)
const files = Effect.acquireRelease(Effect.void, () => Effect.sync(removeBench))

/** Those that have an aim, and miss it. How long real people wait on a machine that does other things too is for the page. */
const missed = (rows: ReturnType<typeof doorRows>) =>
  rows
    .filter(({ id, met }) => met === false && !id.endsWith("-people"))
    .map(({ measured, what }) => `${what}: ${measured}`)

describe("the real program among enemies", () => {
  it.live(
    "10,000 mutated requests, wrong secrets, and connections and bodies without end stop nothing and nobody",
    () =>
      Effect.gen(function* () {
        yield* files
        const door = yield* Effect.promise(() =>
          atTheDoor({ bodies: 10_000, guessSeconds: 2, dribbleSeconds: 2, sockets: 100, seed, say: () => {} })
        )
        assert.deepStrictEqual(missed(doorRows(door)), [])
        for (const { traffic } of [door.mutated, door.guessed, door.dribbled]) {
          assert.strictEqual(traffic.refused, 0)
          assert.strictEqual(traffic.replies, traffic.sent)
        }
      }),
    120_000
  )

  it.live(
    "a Bot API and an agent that answer with nonsense, and pictures that lead inside, are survived",
    () =>
      Effect.gen(function* () {
        yield* files
        const far = yield* Effect.promise(() => farSide(2, seed, () => {}))
        assert.deepStrictEqual(missed(farRows(far)), [])
        assert.isBelow(Math.max(...far.sends.memory.points.map(([, mb]) => mb)), 600)
        assert.deepStrictEqual([far.agent.leaks, far.agent.longest <= 2_000], [0, true])
      }),
    240_000
  )
})
