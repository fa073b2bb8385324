import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import * as Logger from "effect/Logger"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as fs from "node:fs"
import { AgentError } from "../../src/agent/AgentBridge.ts"
import type { AccountSettings } from "../../src/domain/Account.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { Pipeline } from "../../src/pipeline/Pipeline.ts"
import * as Z from "../../src/zalo/ZaloError.ts"
import { otherProgram, temporaryFile } from "../journal/kit.ts"
import { onlySqlite } from "../journal/storeAt.ts"
import {
  after,
  admit,
  inboxRows,
  outboxRows,
  outcomes,
  pass,
  processOn,
  replies,
  says,
  settled,
  StubAgent,
  type World,
  worldOf
} from "./kit.ts"
import { refusal, StubZalo } from "./stub.ts"

interface Scene {
  readonly zalo: StubZalo
  readonly agent: StubAgent
  readonly world: World
  readonly filename: string
}

const scene = (changes: Partial<AccountSettings> = {}) =>
  Effect.map(temporaryFile, (filename): Scene => {
    const zalo = new StubZalo()
    const agent = new StubAgent()
    return { filename, zalo, agent, world: worldOf(zalo.api, agent.bridge, changes) }
  })

const running = <A, E>(
  test: (scene: Scene) => Effect.Effect<A, E, Layer.Success<ReturnType<typeof processOn>> | Scope.Scope>,
  changes: Partial<AccountSettings> = {}
) =>
  Effect.scoped(Effect.flatMap(scene(changes), (all) => Effect.provide(test(all), processOn(all.filename, all.world))))

describe("the pipeline", () => {
  it.effect("answers in order in each chat, and chats side by side", () =>
    running(({ agent, zalo }) =>
      Effect.gen(function* () {
        agent.answer = (turn) =>
          Effect.as(Effect.sleep(turn.chat.id === "slow" ? "10 seconds" : "100 millis"), [
            { type: "text", text: turn.message.text }
          ])
        for (const id of ["m1", "m2", "m3"]) {
          yield* says("slow", `slow-${id}`)
          yield* says("quick", `quick-${id}`)
        }
        yield* pass("2 seconds")
        assert.deepStrictEqual(zalo.texts, ["quick-m1", "quick-m2", "quick-m3"])
        yield* pass("30 seconds", "1 second")
        assert.deepStrictEqual(
          zalo.sends.filter((call) => call.chat === "slow").map((call) => call.what),
          ["slow-m1", "slow-m2", "slow-m3"]
        )
      })
    )
  )

  it.effect("begins what waits when an account is taken on, and nothing before", () =>
    running(({ world, zalo }) =>
      Effect.gen(function* () {
        world.held = false
        yield* admit("a", "m1")
        yield* replies("b", ["left over"])
        yield* Pipeline.use((pipeline) => pipeline.resume)
        yield* pass("2 seconds")
        assert.deepStrictEqual(zalo.texts, [])
        world.held = true
        yield* Pipeline.use((pipeline) => pipeline.resume)
        yield* pass("1 second")
        assert.deepStrictEqual(zalo.texts.toSorted(), ["left over", "re: m1"])
      })
    )
  )

  onlySqlite("finds what another program appended, without being told", "the other program opens the file", () =>
    running(({ filename, zalo }) =>
      Effect.gen(function* () {
        yield* pass("1 second")
        const other = yield* otherProgram(filename)
        other.exec(`INSERT INTO outbox (seq, account, chat, origin, kind, payload, state, created_at)
          VALUES (1, 'shop', 'a', 'cli', 'text', '{"_tag":"Text","text":"from outside"}', 'queued', 0)`)
        yield* pass("500 millis")
        assert.deepStrictEqual(zalo.texts, ["from outside"])
      })
    )
  )

  it.effect("tries a failed turn and a failed send again when their time has come", () =>
    running(({ agent, zalo }) =>
      Effect.gen(function* () {
        agent.answer = (turn) =>
          agent.turns.length <= 2
            ? Effect.fail(new AgentError({ reason: { _tag: "Failed", detail: "" } }))
            : Effect.succeed([{ type: "text", text: turn.message.text }])
        zalo.answer = () =>
          zalo.sends.length <= 2 ? Effect.fail(refusal(new Z.RateLimited({}), false)) : Effect.succeed({})
        yield* says("a", "m1")
        yield* pass("8 seconds")
        assert.deepStrictEqual([agent.turns.length, zalo.texts], [3, ["m1", "m1", "m1"]])
        assert.deepStrictEqual(yield* outcomes, [["not-delivered", "not-delivered", "sent"]])
      })
    )
  )

  it.effect("a call that hangs delays its own chat only", () =>
    running(({ zalo }) =>
      Effect.gen(function* () {
        zalo.answer = (call) => (call.chat === "a" ? Effect.never : Effect.succeed({}))
        yield* says("a", "m0")
        for (let n = 1; n <= 20; n++) yield* says(`c${n}`, `m${n}`)
        yield* settled
        yield* pass("500 millis")
        assert.strictEqual(zalo.sends.length, 21)
        assert.strictEqual((yield* outboxRows).filter((row) => row.state === "sent").length, 20)
      })
    )
  )

  it.effect("goes on when the token works again", () =>
    running(({ world, zalo }) =>
      Effect.gen(function* () {
        zalo.answer = () => Effect.fail(refusal(new Z.Unauthorized({})))
        yield* says("a", "m1")
        yield* says("b", "m2")
        yield* pass("5 seconds", "1 second")
        const tried = zalo.sends.length
        assert.isAtMost(tried, 2)
        assert.strictEqual(world.token, "refused")
        zalo.answer = () => Effect.succeed({})
        world.token = "good"
        yield* Pipeline.use((pipeline) => pipeline.resume)
        yield* pass("1 second")
        assert.deepStrictEqual(zalo.texts.slice(tried).toSorted(), ["re: m1", "re: m2"])
      })
    )
  )

  it.effect("settles what a process before it was sending, and sends it once more", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const { filename, world, zalo } = yield* scene()
        yield* Effect.gen(function* () {
          const { sql, write } = yield* Journal
          yield* replies("a", ["half sent", "next"])
          yield* write(
            sql`UPDATE outbox SET state = 'sending', owner = 'gone', deadline = 99999999, attempts = 1 WHERE id = 1`
          )
          yield* write(sql`INSERT INTO send_attempt (outbox_id, n, started_at) VALUES (1, 1, 0)`)
        }).pipe(Effect.provide(processOn(filename, { ...world, held: false })))
        yield* Effect.gen(function* () {
          yield* Pipeline.use((pipeline) => pipeline.resume)
          yield* pass("3 seconds")
          assert.deepStrictEqual(zalo.texts, ["half sent", "next"])
          assert.deepStrictEqual(yield* outcomes, [["unknown", "sent"], ["sent"]])
        }).pipe(Effect.provide(processOn(filename, world, "second")))
      })
    )
  )

  it.effect("survives a store that fails for a while: nothing is forgotten, nothing is asked twice", () =>
    running(({ agent, zalo }) =>
      Effect.gen(function* () {
        const { sql } = yield* Journal
        yield* sql.unsafe("ALTER TABLE inbox RENAME TO elsewhere")
        yield* Pipeline.use((pipeline) => pipeline.resume).pipe(Effect.ignore)
        yield* pass("3 seconds")
        yield* sql.unsafe("ALTER TABLE elsewhere RENAME TO inbox")
        for (let n = 0; n < 5; n++) yield* says(`c${n}`, `m${n}`)
        yield* pass("3 seconds")
        assert.deepStrictEqual([agent.turns.length, zalo.sends.length], [5, 5])
      })
    )
  )

  it.effect("a search that the store refuses is made again: what waits is not forgotten", () =>
    running(({ zalo }) =>
      Effect.gen(function* () {
        const { sql } = yield* Journal
        yield* admit("a", "m1")
        yield* sql.unsafe("ALTER TABLE inbox RENAME TO elsewhere")
        yield* Effect.ignore(Pipeline.use((pipeline) => pipeline.resume))
        yield* pass("500 millis")
        yield* sql.unsafe("ALTER TABLE elsewhere RENAME TO inbox")
        yield* pass("2 seconds")
        assert.deepStrictEqual(zalo.texts, ["re: m1"])
      })
    )
  )

  it.effect("a defect in the sweep is logged as an error, and the sweep goes on", () =>
    Effect.gen(function* () {
      const lines: Array<string> = []
      const logger = Logger.make(({ logLevel, message }) => void lines.push(`${logLevel} ${String(message)}`))
      yield* running(({ world, zalo }) =>
        Effect.gen(function* () {
          zalo.answer = () =>
            zalo.sends.length === 1 ? Effect.fail(refusal(new Z.RateLimited({}), false)) : Effect.succeed({})
          yield* says("a", "m1")
          yield* settled
          const broken = () => {
            throw new Error("a bug")
          }
          Object.defineProperty(world, "held", { get: broken, configurable: true })
          // Also those that look for sends that nobody makes any more.
          yield* pass("11 seconds")
          assert.strictEqual(zalo.sends.length, 1)
          Object.defineProperty(world, "held", { value: true })
          yield* pass("12 seconds")
          assert.deepStrictEqual(zalo.texts, ["re: m1", "re: m1"])
        })
      ).pipe(Effect.provide(Logger.layer([logger])))
      const errors = lines.filter((line) => line.startsWith("Error"))
      assert.isAbove(errors.length, 0)
      // Not with each sweep, four times a second.
      assert.isAtMost(errors.length, 3)
      assert.include(errors[0], "sweep")
    })
  )

  it.effect("a stop takes nothing more, lets what has begun end in its half, and leaves the rest", () =>
    running(({ agent, zalo }) =>
      Effect.gen(function* () {
        agent.answer = (turn) =>
          Effect.as(Effect.sleep(turn.chat.id === "long" ? "1 hour" : "1 second"), [
            { type: "text", text: turn.message.text }
          ])
        yield* says("short", "m1")
        yield* says("short", "m2")
        yield* says("long", "m3")
        yield* pass("250 millis")
        const stopping = yield* Effect.forkChild(
          Pipeline.use((pipeline) => pipeline.stop(Duration.seconds(10))),
          { startImmediately: true }
        )
        yield* says("new", "m4")
        yield* pass("6 seconds")
        yield* Fiber.join(stopping)
        assert.deepStrictEqual(zalo.texts, ["m1"])
        assert.deepStrictEqual(
          (yield* inboxRows).map((row) => [row.message_id, row.state, row.starts]),
          [
            ["m1", "done", 1],
            ["m2", "pending", 0],
            ["m3", "pending", 0],
            ["m4", "pending", 0]
          ]
        )
        yield* after("1 minute")
        yield* settled
        assert.strictEqual(zalo.sends.length, 1)
      })
    )
  )
})

/** The file as a crash at this very moment would leave it. */
const crashImage = (filename: string, to: string) =>
  Effect.sync(() => {
    fs.copyFileSync(filename, to)
    fs.copyFileSync(`${filename}-wal`, `${to}-wal`)
  })

for (const moment of Array.from({ length: 24 }, (_, n) => n * 7))
  onlySqlite(
    `a process that dies after ${moment} turns of the event loop leaves one set of replies per message, in order`,
    "a copy of the file stands for what a crash leaves",
    () =>
      Effect.scoped(
        Effect.gen(function* () {
          const { agent, filename, world, zalo } = yield* scene()
          agent.answer = (turn) =>
            Effect.as(
              Effect.yieldNow,
              [1, 2].map((n) => ({ type: "text", text: `${turn.message.text}/${n}` }))
            )
          zalo.answer = (_, n) => Effect.as(Effect.yieldNow, { messageId: `z${n}` })
          const chats = ["a", "b", "c"]
          const image = `${filename}.crashed`
          const scope = yield* Scope.make()
          const first = yield* Layer.buildWithScope(processOn(filename, world), scope)
          yield* Effect.gen(function* () {
            for (const chat of chats) for (const n of [1, 2, 3, 4]) yield* says(chat, `${chat}${n}`)
            for (let i = 0; i < moment; i++) yield* Effect.yieldNow
          }).pipe(Effect.provideContext(first))
          yield* crashImage(filename, image)
          const before = zalo.sends.length
          const sent = zalo.sends.slice(0, before)
          yield* Scope.close(scope, Exit.void)
          const between = zalo.sends.length
          yield* after("1 hour")
          yield* Effect.gen(function* () {
            yield* Pipeline.use((pipeline) => pipeline.resume)
            yield* pass("10 seconds")
            const rows = yield* outboxRows
            const attempts = yield* outcomes
            assert.deepStrictEqual(new Set((yield* inboxRows).map((row) => row.state)), new Set(["done"]))
            assert.deepStrictEqual(new Set(rows.map((row) => row.state)), new Set(["sent"]))
            const heard = [...sent, ...zalo.sends.slice(between)]
            for (const chat of chats) {
              const expected = [1, 2, 3, 4].flatMap((n) => [1, 2].map((part) => `re ${chat}${n}/${part}`.slice(3)))
              assert.deepStrictEqual(
                rows.filter((row) => row.chat === chat).map((row) => JSON.parse(row.payload).text),
                expected
              )
              const texts = heard.filter((call) => call.chat === chat).map((call) => call.what)
              const once = texts.filter((text, n) => text !== texts[n - 1])
              assert.deepStrictEqual(once, expected)
              for (const doubled of texts.filter((text, n) => text === texts[n - 1])) {
                const at = rows.findIndex((row) => JSON.parse(row.payload).text === doubled)
                assert.deepStrictEqual(attempts[at], ["unknown", "sent"])
              }
            }
          }).pipe(Effect.provide(processOn(image, world, "second")))
        })
      )
  )
