import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { ReplyPart } from "../../../src/domain/Reply.ts"
import { makeLeasePool } from "../../../src/gateway/leasePool.ts"
import { LeaseHeld, Leases } from "../../../src/gateway/Leases.ts"
import { makeSwappable, type MakeAgent } from "../../../src/gateway/swappableAgent.ts"
import { turn } from "../../agent/turn.ts"

const say = (text: string): ReplyPart => ({ type: "text", text })

describe("an agent that is exchanged", () => {
  it.effect("finishes the turn that it began, and is let go after that", () =>
    Effect.gen(function* () {
      const events: Array<string> = []
      const answer = yield* Deferred.make<string>()
      const agent = (name: string, text: Effect.Effect<string>): MakeAgent =>
        Effect.as(
          Effect.addFinalizer(() => Effect.sync(() => void events.push(`${name} let go`))),
          { reply: () => Stream.fromEffect(Effect.map(text, say)) }
        )
      const swappable = yield* makeSwappable(agent("old", Deferred.await(answer)))
      const ask = Stream.runCollect(swappable.agent.reply(turn))
      const first = yield* Effect.forkChild(ask, { startImmediately: true })
      yield* swappable.exchange(agent("new", Effect.succeed("mới")))
      assert.deepStrictEqual(yield* ask, [say("mới")])
      assert.deepStrictEqual(events, [])
      yield* Deferred.succeed(answer, "cũ")
      assert.deepStrictEqual(yield* Fiber.join(first), [say("cũ")])
      yield* Effect.yieldNow
      assert.deepStrictEqual(events, ["old let go"])
    }).pipe(Effect.scoped)
  )
})

describe("the leases of a process", () => {
  const leases = (taken: Array<string>, elsewhere: ReadonlyArray<string> = []) =>
    Leases.of({
      take: (botId) =>
        elsewhere.includes(botId)
          ? Effect.fail(new LeaseHeld({ botId, holder: null }))
          : Effect.asVoid(
              Effect.acquireRelease(
                Effect.sync(() => taken.push(`+${botId}`)),
                () => Effect.sync(() => taken.push(`-${botId}`))
              )
            ),
      holder: () => Effect.succeed(Option.none())
    })

  it.effect("one is kept while an account hands its bot to another, and let go with the last", () =>
    Effect.gen(function* () {
      const taken: Array<string> = []
      const claim = yield* Effect.provideService(makeLeasePool, Leases, leases(taken))
      const [one, two] = [yield* Scope.make(), yield* Scope.make()]
      yield* Scope.provide(claim("7"), one)
      yield* Scope.provide(claim("7"), two)
      yield* Scope.close(one, Exit.void)
      assert.deepStrictEqual(taken, ["+7"])
      yield* Scope.close(two, Exit.void)
      assert.deepStrictEqual(taken, ["+7", "-7"])
    }).pipe(Effect.scoped)
  )

  it.effect("one that another process has leaves nothing behind, and can be asked for again", () =>
    Effect.gen(function* () {
      const taken: Array<string> = []
      const elsewhere = ["7"]
      const claim = yield* Effect.provideService(makeLeasePool, Leases, leases(taken, elsewhere))
      assert.strictEqual((yield* Effect.flip(Effect.scoped(claim("7"))))._tag, "LeaseHeld")
      elsewhere.pop()
      yield* Effect.scoped(claim("7"))
      assert.deepStrictEqual(taken, ["+7", "-7"])
    }).pipe(Effect.scoped)
  )
})
