import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { PairingRepo } from "../../src/access/PairingRepo.ts"
import { AgentError } from "../../src/agent/AgentBridge.ts"
import type { AccountSettings } from "../../src/domain/Account.ts"
import { texts } from "../../src/domain/texts.ts"
import { Inbox } from "../../src/journal/Inbox.ts"
import { Journal } from "../../src/journal/Journal.ts"
import type { Outbox } from "../../src/journal/Outbox.ts"
import { Turns } from "../../src/pipeline/Turns.ts"
import { policyOf } from "../access/kit.ts"
import { temporaryFile } from "../journal/kit.ts"
import {
  after,
  admit,
  inboxRows,
  keyOf,
  outboxRows,
  settled,
  shop,
  StubAgent,
  textUpdate,
  turnPolicy,
  turnsOn,
  worldOf
} from "./kit.ts"
import { suiteStore } from "../journal/storeAt.ts"
import { broken, repaired } from "../store/broken.ts"
import { StubZalo } from "./stub.ts"

const step = (chat = "a") => Turns.use((turns) => turns.step(keyOf(chat), Effect.never))
const ends = Effect.map(inboxRows, (rows) => rows.map((row) => [row.state, row.reason]))
const texted = Effect.map(outboxRows, (rows) => rows.map((row) => JSON.parse(row.payload).text))

interface Scene {
  readonly agent: StubAgent
  readonly zalo: StubZalo
  readonly woken: Array<string>
  readonly filename: string
  readonly again: ReturnType<typeof turnsOn>
}

const playing = <A, E>(
  test: (scene: Scene) => Effect.Effect<A, E, Turns | Inbox | Outbox | Journal | PairingRepo>,
  changes: Partial<AccountSettings> = {}
) =>
  Effect.scoped(
    Effect.gen(function* () {
      const filename = yield* temporaryFile
      const zalo = new StubZalo()
      const agent = new StubAgent()
      const world = worldOf(zalo.api, agent.bridge, changes)
      const woken: Array<string> = []
      const again = turnsOn(filename, world, woken)
      return yield* Effect.provide(test({ agent, zalo, woken, filename, again }), again)
    })
  )

const failure = Effect.fail(new AgentError({ reason: { _tag: "Failed", detail: "no idea" } }))

describe("a message becomes", () => {
  it.effect("a turn, its reply and its end in one transaction", () =>
    playing(({ agent, woken }) =>
      Effect.gen(function* () {
        yield* admit("a", "m1")
        assert.isTrue(yield* step())
        assert.deepStrictEqual(yield* ends, [["done", null]])
        assert.deepStrictEqual(
          (yield* outboxRows).map((row) => [row.turn, row.origin, row.state]),
          [["shop:m1", "turn", "queued"]]
        )
        assert.deepStrictEqual([yield* texted, woken], [["re: m1"], ["a"]])
        assert.deepStrictEqual(
          agent.turns.map(({ attempt, session, turnId }) => [turnId, attempt, session]),
          [["shop:m1", 1, "zalo:direct:u-a"]]
        )
        assert.isFalse(yield* step(), "nothing is left")
      })
    )
  )

  it.effect("dead and undecodable when it cannot be read, and the next one has its turn", () =>
    playing(() =>
      Effect.gen(function* () {
        yield* admit("a", "m1", '{"event_name":"message.text.received","message":{"message_id":"m1"}}')
        yield* admit("a", "m2", "not JSON")
        yield* admit("a", "m3")
        for (let i = 0; i < 3; i++) yield* step()
        assert.deepStrictEqual(yield* ends, [
          ["dead", "undecodable"],
          ["dead", "undecodable"],
          ["done", null]
        ])
        assert.isNotNull((yield* inboxRows)[0]?.detail)
      })
    )
  )

  it.effect("nothing when the gate says so, with its reason", () =>
    playing(
      ({ agent, woken }) =>
        Effect.gen(function* () {
          yield* admit("a", "m1")
          yield* step()
          assert.deepStrictEqual(yield* ends, [["ignored", "dm-disabled"]])
          assert.deepStrictEqual([agent.turns.length, woken], [0, []])
        }),
      { access: policyOf({ dmPolicy: "disabled" }) }
    )
  )

  it.effect("a pairing challenge: request, challenge and end together", () =>
    playing(
      ({ agent, woken }) =>
        Effect.gen(function* () {
          yield* admit("a", "m1")
          yield* admit("a", "m2")
          yield* step()
          yield* step()
          assert.deepStrictEqual(yield* ends, [
            ["ignored", "pairing"],
            ["ignored", "pairing-waiting"]
          ])
          const [request] = yield* PairingRepo.use((repo) => repo.requests(shop, 0))
          const [challenge] = yield* texted
          assert.include(challenge, request?.code)
          assert.deepStrictEqual(
            (yield* outboxRows).map((row) => row.origin),
            ["pairing"]
          )
          assert.deepStrictEqual([agent.turns.length, woken], [0, ["a"]])
        }),
      { access: policyOf({ dmPolicy: "pairing" }) }
    )
  )

  it.effect("no challenge without its request: what belongs together fails together", () =>
    playing(
      () =>
        Effect.gen(function* () {
          yield* admit("a", "m1")
          yield* broken("pairing_request", "INSERT")
          yield* Effect.flip(step())
          assert.deepStrictEqual([yield* ends, yield* texted], [[["pending", null]], []])
          yield* repaired("pairing_request")
          yield* step()
          assert.deepStrictEqual(yield* ends, [["ignored", "pairing"]])
        }),
      { access: policyOf({ dmPolicy: "pairing" }) }
    )
  )

  it.effect("done without a reply, when there is none", () =>
    playing(({ agent, woken }) =>
      Effect.gen(function* () {
        agent.answer = () => Effect.succeed([{ type: "text", text: "  " }])
        yield* admit("a", "m1")
        yield* step()
        assert.deepStrictEqual([yield* ends, woken], [[["done", "no-reply"]], []])
      })
    )
  )

  it.effect("done without an agent, when none is configured", () =>
    playing(
      ({ agent }) =>
        Effect.gen(function* () {
          agent.answer = () => Effect.succeed([])
          yield* admit("a", "m1")
          yield* step()
          assert.deepStrictEqual(yield* ends, [["done", "no-agent"]])
        }),
      { agent: { type: "none" } }
    )
  )
})

/** Fails until it is dead, on time; answers the waits in seconds and when the sender was told. */
const untilDead = Effect.gen(function* () {
  const waits: Array<number> = []
  const told: Array<number> = []
  for (let now = 0; ;) {
    yield* step()
    if ((yield* outboxRows).length > told.length) told.push(waits.length + 1)
    const [row] = yield* inboxRows
    if (row?.state !== "pending") break
    assert.isFalse(yield* step(), "not before its time")
    const next = row.next_at ?? 0
    waits.push((next - now) / 1_000)
    now = next
    yield* TestClock.setTime(now)
  }
  return { waits, told }
})

describe("when the agent fails", () => {
  it.effect("the turn is tried eight times, doubling from a second, and its sender is told once", () =>
    playing(({ agent }) =>
      Effect.gen(function* () {
        agent.answer = () => failure
        yield* admit("a", "m1")
        const { told, waits } = yield* untilDead
        assert.deepStrictEqual(waits, [1, 2, 4, 8, 16, 32, 64])
        assert.deepStrictEqual(told, [6], "the first wait over 30 s")
        assert.deepStrictEqual(yield* ends, [["dead", "agent-failed"]])
        assert.deepStrictEqual(yield* texted, [texts("en").delayed])
        assert.deepStrictEqual(
          agent.turns.map(({ attempt, turnId }) => [turnId, attempt]),
          [1, 2, 3, 4, 5, 6, 7, 8].map((n) => ["shop:m1", n])
        )
        const [row] = yield* inboxRows
        assert.deepStrictEqual([row?.attempts, row?.detail], [8, "the agent failed: no idea"])
      })
    )
  )

  it.effect("the wait grows to three minutes, and maxAge ends it before the tries do", () =>
    playing(
      ({ agent }) =>
        Effect.gen(function* () {
          agent.answer = () => failure
          yield* admit("a", "m1")
          const { waits } = yield* untilDead
          assert.deepStrictEqual(waits, [1, 2, 4, 8, 16, 32, 64, 128, 180, 180, 180])
          assert.deepStrictEqual(yield* ends, [["dead", "too-old"]])
        }),
      { turns: turnPolicy({ attempts: 50, notice: true }) }
    )
  )

  it.effect("a final failure is told when no delay was", () =>
    playing(
      ({ agent }) =>
        Effect.gen(function* () {
          agent.answer = () => failure
          yield* admit("a", "m1")
          const { told, waits } = yield* untilDead
          assert.deepStrictEqual([waits, told], [[1], [2]])
          assert.deepStrictEqual(yield* texted, [texts("en").failed])
        }),
      { turns: turnPolicy({ attempts: 2, notice: true }) }
    )
  )

  it.effect("nobody is told where notices are off", () =>
    playing(
      ({ agent }) =>
        Effect.gen(function* () {
          agent.answer = () => failure
          yield* admit("a", "m1")
          assert.deepStrictEqual((yield* untilDead).told, [])
        }),
      { turns: turnPolicy({ attempts: 8, notice: false }) }
    )
  )

  it.effect("what follows in that chat waits, so that order holds; another chat does not", () =>
    playing(({ agent }) =>
      Effect.gen(function* () {
        agent.answer = (turn) =>
          agent.turns.length === 1 ? failure : Effect.succeed([{ type: "text", text: turn.message.text }])
        yield* admit("a", "m1")
        yield* admit("a", "m2")
        yield* admit("b", "m3")
        yield* step()
        assert.isFalse(yield* step())
        yield* step("b")
        yield* after("1 second")
        yield* step()
        yield* step()
        assert.deepStrictEqual(yield* texted, ["m3", "m1", "m2"])
      })
    )
  )

  it.effect.each([
    { name: "a defect", broken: Effect.die(new Error("a bug\nwith a stack")), detail: "a bug" },
    { name: "an interruption of its own", broken: Effect.interrupt, detail: undefined }
  ])("$name is that turn's failure and nobody else's", ({ broken, detail }) =>
    playing(({ agent }) =>
      Effect.gen(function* () {
        agent.answer = (turn) => (turn.message.id === "m1" && turn.attempt === 1 ? broken : Effect.succeed([]))
        yield* admit("a", "m1")
        yield* admit("a", "m2")
        assert.isTrue(yield* step())
        const [row] = yield* inboxRows
        assert.deepStrictEqual([row?.state, row?.attempts, row?.starts, row?.next_at], ["pending", 1, 0, 1_000])
        if (detail !== undefined) assert.strictEqual(row?.detail, detail)
        yield* after("1 second")
        yield* step()
        yield* step()
        assert.deepStrictEqual(yield* ends, [
          ["done", "no-reply"],
          ["done", "no-reply"]
        ])
      })
    )
  )

  it.effect("a bridge that throws before it gives a stream fails its turn", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const filename = yield* temporaryFile
        const world = worldOf(new StubZalo().api, {
          reply: () => {
            throw new Error("thrown")
          }
        })
        yield* Effect.provide(
          Effect.gen(function* () {
            yield* admit("a", "m1")
            yield* step()
            const [row] = yield* inboxRows
            assert.deepStrictEqual([row?.attempts, row?.starts, row?.detail], [1, 0, "thrown"])
          }),
          turnsOn(filename, world)
        )
      })
    )
  )

  it.effect("an answer is kept while the store fails: the agent is not asked again for it", () =>
    playing(({ agent }) =>
      Effect.gen(function* () {
        yield* broken("outbox", "INSERT")
        yield* admit("a", "m1")
        const turn = yield* Effect.forkChild(step(), { startImmediately: true })
        for (let i = 0; i < 5; i++) yield* after("1 second")
        assert.deepStrictEqual(yield* ends, [["pending", null]])
        yield* repaired("outbox")
        yield* after("1 second")
        yield* Fiber.join(turn)
        assert.deepStrictEqual([yield* ends, yield* texted, agent.turns.length], [[["done", null]], ["re: m1"], 1])
      })
    )
  )
})

/** As if the process had died that often in this turn. */
const died = (id: string, times: number) =>
  Journal.use(({ sql, write }) => write(sql`UPDATE inbox SET starts = ${times} WHERE message_id = ${id}`))

describe("turns that may be what kills the process", () => {
  it.effect("the start is committed before the agent is asked", () =>
    playing(({ agent }) =>
      Effect.gen(function* () {
        const seen: Array<number | undefined> = []
        const services = yield* Effect.context<Journal>()
        agent.answer = () =>
          Effect.as(
            Effect.tap(Effect.provideContext(Effect.orDie(inboxRows), services), ([row]) =>
              Effect.sync(() => seen.push(row?.starts))
            ),
            []
          )
        yield* admit("a", "m1")
        yield* step()
        assert.deepStrictEqual(seen, [1])
      })
    )
  )

  it.effect("from the third start on it runs alone, however busy the others are", () =>
    playing(({ agent }) =>
      Effect.gen(function* () {
        let at = 0
        let most = 0
        let ended = 0
        const beside: Array<number> = []
        agent.answer = (turn) =>
          Effect.gen(function* () {
            at++
            most = Math.max(most, at)
            if (turn.message.id === "suspect") beside.push(at, ended)
            yield* Effect.sleep("1 second")
            if (turn.message.id === "suspect") beside.push(at)
            at--
            ended++
            return []
          })
        yield* admit("s", "suspect")
        yield* died("suspect", 3)
        for (let n = 0; n < 40; n++) yield* admit(`c${n % 8}`, `m${n}`)
        // They never stop asking.
        const others = yield* Effect.forEach([0, 1, 2, 3, 4, 5, 6, 7], (n) =>
          Effect.forkChild(Effect.delay(Effect.repeat(step(`c${n}`), { while: (more) => more }), n * 130), {
            startImmediately: true
          })
        )
        yield* after("500 millis")
        const suspect = yield* Effect.forkChild(step("s"), { startImmediately: true })
        for (let i = 0; i < 30; i++) {
          yield* settled
          yield* after("500 millis")
        }
        yield* Fiber.joinAll(others)
        yield* Fiber.join(suspect)
        const [first, before, last] = beside
        assert.deepStrictEqual([first, last, ended], [1, 1, 41])
        assert.isAbove(most, 1)
        assert.isBelow(before ?? 41, 20, "it did not wait until the others had nothing more")
      })
    )
  )

  it.effect("from the tenth on it is dead, and its sender is told", () =>
    playing(({ agent }) =>
      Effect.gen(function* () {
        yield* admit("a", "m1")
        yield* died("m1", 9)
        agent.answer = () => Effect.succeed([])
        yield* admit("b", "m2")
        yield* died("m2", 10)
        yield* step("a")
        yield* step("b")
        assert.deepStrictEqual(yield* ends, [
          ["done", "no-reply"],
          ["dead", "crashes"]
        ])
        assert.deepStrictEqual(yield* texted, [texts("en").failed])
        assert.strictEqual(agent.turns.length, 1)
      })
    )
  )

  it.effect("a graceful stop gives the start back, and the turn is whole afterwards", () =>
    playing(({ agent }) =>
      Effect.gen(function* () {
        const asked = yield* Deferred.make<void>()
        agent.answer = () => Effect.andThen(Deferred.succeed(asked, undefined), Effect.never)
        yield* admit("a", "m1")
        const turn = yield* Effect.forkChild(step(), { startImmediately: true })
        yield* Deferred.await(asked)
        yield* Fiber.interrupt(turn)
        assert.deepStrictEqual(
          (yield* inboxRows).map((row) => [row.state, row.starts, row.attempts]),
          [["pending", 0, 0]]
        )
        agent.answer = () => Effect.succeed([{ type: "text", text: "at last" }])
        yield* step()
        assert.deepStrictEqual([yield* ends, yield* texted], [[["done", null]], ["at last"]])
      })
    )
  )

  // A server's answers take many turns of the event loop: the stops are spread over as long a time.
  const stride = suiteStore === undefined ? 1 : 20

  it.effect("a stop at any moment leaves either no trace or the whole turn", () =>
    playing(({ agent }) =>
      Effect.gen(function* () {
        agent.answer = () => Effect.as(Effect.repeat(Effect.yieldNow, { times: 3 }), [{ type: "text", text: "x" }])
        for (let moment = 0; moment < 30; moment++) {
          const chat = `c${moment}`
          yield* admit(chat, `m${moment}`)
          const turn = yield* Effect.forkChild(step(chat), { startImmediately: true })
          for (let i = 0; i < moment * stride; i++) yield* Effect.yieldNow
          yield* Fiber.interrupt(turn)
        }
        yield* admit("last", "last")
        yield* step("last")
        const replied = (yield* outboxRows).map((row) => row.turn)
        const rows = yield* inboxRows
        for (const row of rows) {
          const whole = replied.filter((turn) => turn === `shop:${row.message_id}`).length
          assert.deepStrictEqual(
            [row.starts, whole],
            row.state === "done" ? [1, 1] : [0, 0],
            `${row.message_id} ${row.state}`
          )
        }
        assert.deepStrictEqual(new Set(rows.map((row) => row.state)), new Set(["pending", "done"]))
      })
    )
  )

  it.effect("a process that dies in a turn leaves it to the next: one set of replies", () =>
    playing(({ again, agent, filename }) =>
      Effect.gen(function* () {
        yield* admit("a", "m1", textUpdate("a", "m1", "hi"))
        const inbox = yield* Inbox
        const head = yield* inbox.head(keyOf("a"))
        // It began, the agent answered, and then it was gone.
        if (head._tag === "Some") yield* inbox.begin(head.value, 0)
        assert.isString(filename)
        yield* Effect.provide(step(), again, { local: true })
        yield* step()
        assert.deepStrictEqual([yield* ends, yield* texted], [[["done", null]], ["re: hi"]])
        assert.deepStrictEqual(
          (yield* inboxRows).map((row) => row.starts),
          [2]
        )
        assert.deepStrictEqual(
          agent.turns.map((turn) => turn.turnId),
          ["shop:m1"]
        )
      })
    )
  )
})
