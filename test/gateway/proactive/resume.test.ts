import { assert, it } from "@effect/vitest"
import * as fs from "node:fs"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import { ChatId } from "../../../src/domain/ids.ts"
import { layerProactive } from "../../../src/gateway/proactive/layer.ts"
import { Chats } from "../../../src/journal/chats/Chats.ts"
import { Journal } from "../../../src/journal/Journal.ts"
import { Outbox } from "../../../src/journal/Outbox.ts"
import { Broadcasts } from "../../../src/journal/proactive/Broadcasts.ts"
import { Schedules } from "../../../src/journal/proactive/Schedules.ts"
import { SendCounts } from "../../../src/journal/SendCounts.ts"
import { Media } from "../../../src/media/Media.ts"
import { Pipeline } from "../../../src/pipeline/Pipeline.ts"
import { temporaryFile } from "../../journal/kit.ts"
import { pass, processOn, proactiveOf, settled, shop, StubAgent, type World, worldOf } from "../../pipeline/kit.ts"
import { StubZalo } from "../../pipeline/stub.ts"

const chats = ["a", "b", "c", "d"]

/** A whole process that speaks first. Each time it opens the file anew. */
const gatewayOn = (filename: string, world: World, instance: string) =>
  Layer.fresh(
    layerProactive.pipe(
      Layer.provideMerge(Layer.mergeAll(Broadcasts.layerSql, Schedules.layerSql, SendCounts.layerSql)),
      Layer.provide(Media.layerNone),
      Layer.provideMerge(processOn(filename, world, instance))
    )
  )

/** The file as a crash at this very moment would leave it. */
const crashImage = (filename: string, to: string) => {
  fs.copyFileSync(filename, to)
  fs.copyFileSync(`${filename}-wal`, `${to}-wal`)
}

interface Moment {
  readonly image: string
  /** Calls that Zalo had seen by then. */
  readonly calls: number
}

/** Runs a broadcast to four chats to its end, and keeps what each of its commits would have left behind. */
const everyCommit = Effect.fnUntraced(function* (onUnknown: "resend" | "hold") {
  const zalo = new StubZalo()
  const filename = yield* temporaryFile
  const world = worldOf(zalo.api, new StubAgent().bridge, {
    onUnknown,
    proactive: proactiveOf({ perMinute: 600, optOut: { words: [], back: [], footer: false } })
  })
  const moments: Array<Moment> = []
  const keep = Effect.sync(() => {
    const image = `${filename}.${moments.length}`
    crashImage(filename, image)
    moments.push({ image, calls: zalo.sends.length })
  })
  zalo.answer = (_, n) => Effect.as(keep, { messageId: `z${n}` })
  const scope = yield* Scope.make()
  const first = yield* Layer.buildWithScope(gatewayOn(filename, world, "first"), scope)
  const journal = Context.get(first, Journal)
  const id = yield* Effect.gen(function* () {
    const known = yield* Chats
    for (const chat of chats) {
      const seen = {
        account: shop,
        chat: ChatId.make(chat),
        type: "PRIVATE" as const,
        name: chat,
        session: "s",
        now: 1
      }
      yield* journal.write(known.seenUnit(seen) ?? Effect.void)
    }
    const created = yield* Broadcasts.use((broadcasts) =>
      broadcasts.create({
        account: shop,
        name: null,
        kind: "broadcast",
        schedule: null,
        payloads: [
          { _tag: "Text", text: "một" },
          { _tag: "Text", text: "hai" }
        ],
        audience: { to: "all", since: null },
        quiet: true,
        by: "cli"
      })
    )
    // What changed the file was a commit. Somebody looks in each turn of the event loop.
    let size = -1
    const look = Effect.suspend(() => {
      const now = fs.statSync(`${filename}-wal`).size
      if (now === size) return Effect.void
      size = now
      return keep
    })
    yield* Effect.forkChild(Effect.forever(Effect.andThen(look, Effect.yieldNow)))
    yield* pass("6 seconds", "20 millis")
    const ended = yield* journal.query(
      journal.read<{ state: string }>`SELECT state FROM broadcast WHERE state = 'done'`
    )
    assert.strictEqual(ended.length, 1, "it came to its end")
    yield* keep
    return created.id
  }).pipe(Effect.provideContext(first))
  yield* Scope.close(scope, Exit.void)
  return { id, moments, world, zalo }
})

it.effect(
  "a reply that stands behind a broadcast's message which waits to be tried again is sent after a restart",
  () =>
    Effect.scoped(
      Effect.gen(function* () {
        const zalo = new StubZalo()
        const world = worldOf(zalo.api, new StubAgent().bridge)
        const filename = yield* temporaryFile
        yield* Effect.gen(function* () {
          const { sql, write } = yield* Journal
          const outbox = yield* Outbox
          const row = { account: shop, chat: ChatId.make("a"), turn: null }
          const text = (words: string) => ({ _tag: "Text", text: words }) as const
          yield* write(
            outbox.appendUnit(
              [
                { ...row, origin: "broadcast", payload: text("một") },
                { ...row, origin: "turn", payload: text("trả lời") }
              ],
              0
            )
          )
          yield* write(sql`UPDATE outbox SET next_at = 120000 WHERE origin = 'broadcast'`)
          yield* Pipeline.use((pipeline) => pipeline.resume)
          yield* settled
          assert.deepStrictEqual(zalo.texts, ["trả lời"])
          yield* pass("121 seconds", "1 second")
          assert.deepStrictEqual(zalo.texts, ["trả lời", "một"])
        }).pipe(Effect.provide(processOn(filename, world)))
      })
    )
)

it.effect.each([{ onUnknown: "hold" }, { onUnknown: "resend" }] as const)(
  "a process that dies at any commit of a broadcast leaves one that goes on, and nobody gets it twice ($onUnknown)",
  ({ onUnknown }) =>
    Effect.scoped(
      Effect.gen(function* () {
        const { id, moments, world, zalo } = yield* everyCommit(onUnknown)
        assert.isAbove(moments.length, 20)
        zalo.answer = (_, n) => Effect.succeed({ messageId: `z${n}` })
        let unknown = 0
        for (const { calls, image } of moments) {
          const before = zalo.sends.slice(0, calls)
          const between = zalo.sends.length
          yield* Effect.gen(function* () {
            yield* Pipeline.use((pipeline) => pipeline.resume)
            yield* pass("6 seconds")
            const broadcasts = yield* Broadcasts
            const results = yield* broadcasts.recipients(id, { failed: false, after: 0, limit: 100 })
            assert.deepStrictEqual(
              results.map(({ chat }) => chat),
              chats.map((chat) => ChatId.make(chat))
            )
            const heard = [...before, ...zalo.sends.slice(between)]
            for (const { chat, state } of results) {
              const texts = heard.filter((call) => call.chat === chat).map((call) => call.what)
              const once = texts.filter((text, n) => text !== texts[n - 1])
              assert.deepStrictEqual(once, ["một", "hai"], image)
              if (state === "unknown") unknown++
              else assert.strictEqual(state, "sent", image)
              // One call was under way when the process died, at most: only that one may be made again, and only if so wished.
              const doubled = texts.length - once.length
              assert.isAtMost(doubled, onUnknown === "resend" ? 1 : 0, image)
            }
          }).pipe(Effect.provide(gatewayOn(image, world, `after ${image}`)))
        }
        if (onUnknown === "hold") assert.isAbove(unknown, 0, "some died while Zalo was asked")
        else assert.strictEqual(unknown, 0)
      })
    ),
  120_000
)
