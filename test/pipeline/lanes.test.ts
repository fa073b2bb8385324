import { assert, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { MaxOpsBeforeYield } from "effect/Scheduler"
import * as TestClock from "effect/testing/TestClock"
import { AccountId, ChatId, type LaneKey } from "../../src/domain/ids.ts"
import { type LaneOptions, Lanes } from "../../src/pipeline/Lanes.ts"

const account = AccountId.make("shop")
const keyOf = (chat: string): LaneKey => ({ account, chat: ChatId.make(chat) })

const open = (options: Partial<LaneOptions>) =>
  Lanes.use((lanes) =>
    lanes.open({ name: "test", step: () => Effect.succeed(false), find: () => Effect.succeed([]), ...options })
  ).pipe(Effect.provide(Lanes.layerLocal))

/** Waits in memory, a number of rows per chat: what the journal is to the lanes. */
const backlog = (rows: Iterable<readonly [string, number]>) => {
  const waiting = new Map(rows)
  const order: Array<string> = []
  let cursor = ""
  return {
    order,
    waiting,
    take: (chat: string): boolean => {
      const left = waiting.get(chat) ?? 0
      if (left === 0) return false
      order.push(chat)
      if (left === 1) waiting.delete(chat)
      else waiting.set(chat, left - 1)
      return true
    },
    find: (limit: number) =>
      Effect.sync(() => {
        const next = [...waiting.keys()]
          .filter((chat) => chat > cursor)
          .sort()
          .slice(0, Math.min(limit, 32))
        cursor = next.at(-1) ?? ""
        return next.map(keyOf)
      })
  }
}

const settled = Effect.repeat(Effect.yieldNow, { times: 50 })

it.effect("work in one lane is in order, and lanes run side by side", () =>
  Effect.gen(function* () {
    const log: Array<string> = []
    const rows = new Map([
      ["a", [1, 2, 3]],
      ["b", [4, 5]]
    ])
    const lanes = yield* open({
      step: (key) =>
        Effect.gen(function* () {
          const n = rows.get(key.chat)?.shift()
          if (n === undefined) return false
          log.push(`${n}>`)
          yield* Effect.sleep("1 second")
          log.push(`<${n}`)
          return true
        })
    })
    yield* lanes.wake(keyOf("a"))
    yield* lanes.wake(keyOf("b"))
    for (let i = 0; i < 4; i++) yield* TestClock.adjust("1 second")
    assert.deepStrictEqual(log, ["1>", "4>", "<1", "2>", "<4", "5>", "<2", "3>", "<5", "<3"])
  }).pipe(Effect.scoped)
)

it.effect("a lane is there only while it works", () =>
  Effect.gen(function* () {
    const lanes = yield* open({ step: () => Effect.as(Effect.sleep("1 second"), false) })
    assert.strictEqual(yield* lanes.size, 0)
    yield* lanes.wake(keyOf("a"))
    yield* lanes.wake(keyOf("a"))
    assert.strictEqual(yield* lanes.size, 1)
    // Woken twice: it looks once more.
    yield* TestClock.adjust("1 second")
    assert.strictEqual(yield* lanes.size, 1)
    yield* TestClock.adjust("1 second")
    assert.strictEqual(yield* lanes.size, 0)
  }).pipe(Effect.scoped)
)

it.effect("a wake while the last step runs is not lost", () =>
  Effect.gen(function* () {
    let waiting = 1
    let done = 0
    const looked = yield* Deferred.make<void>()
    const woken = yield* Deferred.make<void>()
    const lanes = yield* open({
      step: () =>
        Effect.gen(function* () {
          if (waiting > 0) {
            waiting--
            done++
            return true
          }
          // It found nothing; what comes from here on is announced by a wake alone.
          yield* Deferred.succeed(looked, undefined)
          if (done === 1) yield* Deferred.await(woken)
          return false
        })
    })
    yield* lanes.wake(keyOf("a"))
    yield* Deferred.await(looked)
    waiting = 1
    yield* lanes.wake(keyOf("a"))
    yield* Deferred.succeed(woken, undefined)
    yield* settled
    assert.strictEqual(done, 2)
  }).pipe(Effect.scoped)
)

it.effect.each([3, 4, 5, 6, 7, 9, 11])("no wake is lost when a lane gives way after %i operations", (operations) =>
  Effect.gen(function* () {
    let waiting = 0
    let done = 0
    const lanes = yield* open({
      step: () =>
        Effect.sync(() => {
          if (waiting === 0) return false
          waiting--
          done++
          return true
        })
    }).pipe(Effect.provideService(MaxOpsBeforeYield, operations))
    for (let pause = 0; pause < 30; pause++) {
      done = 0
      waiting = 1
      yield* lanes.wake(keyOf("a"))
      for (let i = 0; i < pause; i++) yield* Effect.yieldNow
      waiting++
      yield* lanes.wake(keyOf("a"))
      yield* settled
      assert.deepStrictEqual([done, waiting, yield* lanes.size], [2, 0, 0])
    }
  }).pipe(Effect.scoped)
)

it.effect("however many lanes have work, only so many are here, and all get done", () =>
  Effect.gen(function* () {
    const work = backlog(Array.from({ length: 1_200 }, (_, n) => [`c${String(n).padStart(4, "0")}`, 1 + (n % 12)]))
    const total = [...work.waiting.values()].reduce((sum, n) => sum + n, 0)
    let here = 0
    let most = 0
    const lanes = yield* open({
      find: work.find,
      step: (key) =>
        Effect.gen(function* () {
          here++
          most = Math.max(most, here)
          yield* Effect.repeat(Effect.yieldNow, { times: 10 })
          here--
          return work.take(key.chat)
        })
    })
    yield* lanes.search
    while (work.waiting.size > 0) yield* settled
    assert.strictEqual(work.order.length, total)
    assert.strictEqual(most, 512)
    yield* settled
    assert.strictEqual(yield* lanes.size, 0)
  }).pipe(Effect.scoped)
)

it.effect("a chat with ten thousand rows delays no other", () =>
  Effect.gen(function* () {
    const work = backlog([["a-long", 10_000], ...Array.from({ length: 600 }, (_, n) => [`c${n}`, 1] as const)])
    const lanes = yield* open({
      find: work.find,
      step: (key) =>
        Effect.andThen(
          Effect.yieldNow,
          Effect.sync(() => work.take(key.chat))
        )
    })
    yield* lanes.search
    while (work.waiting.size > 1) yield* settled
    // The lanes run side by side: the long one had its share of the steps meanwhile, and no more.
    assert.isBelow(work.order.filter((chat) => chat === "a-long").length, 100)
    while (work.waiting.size > 0) yield* settled
    assert.strictEqual(work.order.length, 10_600)
  }).pipe(Effect.scoped)
)

it.effect("lanes that always have more make room for those that wait for one", () =>
  Effect.gen(function* () {
    const endless = new Set(Array.from({ length: 512 }, (_, n) => `a${n}`))
    const late = keyOf("late")
    let lateDone = 0
    let cursor = ""
    const waiting = new Set<string>([...endless, "late"])
    const lanes = yield* open({
      find: (limit) =>
        Effect.sync(() => {
          const next = [...waiting].sort().filter((chat) => chat > cursor)
          const page = next.slice(0, Math.min(limit, 32))
          cursor = page.at(-1) ?? ""
          return page.map(keyOf)
        }),
      step: (key) =>
        Effect.gen(function* () {
          yield* Effect.yieldNow
          if (key.chat !== "late") return true
          lateDone++
          waiting.delete("late")
          return false
        })
    })
    for (const chat of endless) yield* lanes.wake(keyOf(chat))
    assert.strictEqual(yield* lanes.size, 512)
    yield* lanes.wake(late)
    const isDone = () => lateDone > 0
    for (let i = 0; i < 1_000 && !isDone(); i++) yield* Effect.yieldNow
    assert.isTrue(isDone())
    yield* lanes.stop(Duration.zero)
  }).pipe(Effect.scoped)
)

it.effect("a search that is asked for while another one ends is made", () =>
  Effect.gen(function* () {
    const work = backlog([])
    const lanes = yield* open({ find: work.find, step: (key) => Effect.sync(() => work.take(key.chat)) })
    for (let n = 0; n < 500; n++) {
      work.waiting.set(`c${n}`, 1)
      yield* lanes.search
      for (let i = 0; i < n % 5; i++) yield* Effect.yieldNow
    }
    yield* settled
    assert.strictEqual(work.order.length, 500)
  }).pipe(Effect.scoped)
)

it.effect("a stop begins nothing more, waits for what has begun, then interrupts it", () =>
  Effect.gen(function* () {
    const log: Array<string> = []
    const lanes = yield* open({
      step: (key) =>
        Effect.sleep(key.chat === "short" ? "1 second" : "1 hour").pipe(
          Effect.andThen(Effect.sync(() => log.push(`${key.chat} done`))),
          Effect.onInterrupt(() => Effect.sync(() => log.push(`${key.chat} interrupted`))),
          Effect.as(true)
        )
    })
    yield* lanes.wake(keyOf("short"))
    yield* lanes.wake(keyOf("long"))
    const stopping = yield* Effect.forkChild(lanes.stop(Duration.seconds(5)), { startImmediately: true })
    yield* lanes.wake(keyOf("new"))
    yield* TestClock.adjust("1 second")
    assert.deepStrictEqual(log, ["short done"])
    assert.strictEqual(yield* lanes.size, 1)
    yield* TestClock.adjust("4 seconds")
    yield* Fiber.join(stopping)
    assert.deepStrictEqual(log, ["short done", "long interrupted"])
    assert.strictEqual(yield* lanes.size, 0)
  }).pipe(Effect.scoped)
)
