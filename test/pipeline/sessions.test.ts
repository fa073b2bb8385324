import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { AgentBridge } from "../../src/agent/AgentBridge.ts"
import { AgentError } from "../../src/agent/AgentError.ts"
import { History, type HistoryMessage } from "../../src/agent/History.ts"
import type { Turn } from "../../src/domain/Turn.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { FakeZalo } from "../../src/sandbox/FakeZalo.ts"
import { layer as gateway, settled } from "../../src/testing/TestGateway.ts"
import type { TestGatewayOptions } from "../../src/testing/options.ts"
import { after, pass, processOn, says, textUpdate, worldOf } from "./kit.ts"
import { StubZalo } from "./stub.ts"

/** An agent that notes what it is told, and answers with its turn's number. */
const listener = (options: { readonly remembers?: boolean; readonly messages?: number } = {}) => {
  const turns: Array<Turn> = []
  const told: Array<ReadonlyArray<string>> = []
  const state = { fails: 0, answer: (n: number): string => `đáp ${n}` }
  const agent = AgentBridge.layerFunction(
    Effect.fnUntraced(function* (turn: Turn) {
      const { recent } = yield* History
      const past = yield* recent(turn, { messages: options.messages ?? 20 })
      if (state.fails-- > 0) return yield* new AgentError({ reason: { _tag: "Failed", detail: "x" } })
      turns.push(turn)
      told.push(past.map(({ role, text }: HistoryMessage) => `${role === "user" ? "?" : "!"} ${text}`))
      return state.answer(turns.length)
    }),
    { remembers: options.remembers ?? true }
  )
  return { agent, turns, told, state }
}

const open = (agent: ReturnType<typeof listener>["agent"], more: TestGatewayOptions = {}) =>
  Effect.provide(gateway({ agent, dmPolicy: "open", groupPolicy: "open", language: "en", ...more }))

const rows = Journal.use(({ query, read }) =>
  query(read<{ state: string; reason: string | null }>`SELECT state, reason FROM inbox ORDER BY seq`)
)

it.effect("an agent is told what was said in the chat before, and nothing of other chats", () => {
  const { agent, told } = listener()
  return Effect.gen(function* () {
    const zalo = yield* FakeZalo
    const [lan, minh] = [zalo.user("Lan"), zalo.user("Minh")]
    yield* lan.says("một")
    yield* minh.says("khác")
    yield* lan.says("hai")
    yield* lan.says("ba")
    assert.deepStrictEqual(told, [[], [], ["? một", "! đáp 1"], ["? một", "! đáp 1", "? hai", "! đáp 3"]])
  }).pipe(open(agent))
})

it.effect("pictures and stickers are told in words, and who was not answered is told as asking", () => {
  const { agent, state, told } = listener()
  return Effect.gen(function* () {
    const lan = (yield* FakeZalo).user("Lan")
    state.answer = (n) => (n === 1 ? "" : "đây")
    yield* lan.sends({ kind: "sticker", sticker: "s1" })
    yield* lan.sends({ kind: "photo", url: "https://photo.test/1.jpg", caption: "xem này" })
    yield* lan.says("sao?")
    assert.deepStrictEqual(told.at(-1), ["? [sticker]", "? [photo] xem này", "! đây"])
  }).pipe(open(agent))
})

it.effect("a long answer is told whole, whatever it was cut into", () => {
  const { agent, state, told } = listener()
  const long = Array.from({ length: 300 }, (_, n) => `dòng ${n} của một câu trả lời dài`).join("\n")
  state.answer = () => long
  return Effect.gen(function* () {
    const lan = (yield* FakeZalo).user("Lan")
    yield* lan.says("kể đi")
    assert.isAbove((yield* lan.heard).length, 2)
    yield* lan.says("nữa")
    assert.deepStrictEqual(told.at(-1), ["? kể đi", `! ${long}`])
  }).pipe(open(agent))
})

it.effect("no more than the asked number is told, and a turn that failed is not in it", () => {
  const { agent, state, told } = listener({ messages: 3 })
  return Effect.gen(function* () {
    const lan = (yield* FakeZalo).user("Lan")
    for (const words of ["một", "hai"]) yield* lan.says(words)
    state.fails = 1
    yield* lan.says("ba")
    yield* after("2 seconds")
    yield* settled
    yield* lan.says("bốn")
    assert.deepStrictEqual(told, [
      [],
      ["? một", "! đáp 1"],
      ["! đáp 1", "? hai", "! đáp 2"],
      ["! đáp 2", "? ba", "! đáp 3"]
    ])
  }).pipe(open(agent))
})

it.effect("a group shares a session: who said what is told, without the bot's own name", () => {
  const { agent, told, turns } = listener()
  return Effect.gen(function* () {
    const zalo = yield* FakeZalo
    const [lan, minh] = [zalo.user("Lan"), zalo.user("Minh")]
    const group = zalo.group("Chợ", [lan, minh])
    yield* group.as(lan).says("giá bao nhiêu?")
    yield* group.as(minh).says("còn hàng không?")
    assert.deepStrictEqual(told.at(-1), ["? Lan: giá bao nhiêu?", "! đáp 1"])
    assert.strictEqual(turns[1]?.session, `zalo:group:${group.id}`)
  }).pipe(open(agent))
})

it.effect("/new is answered without the agent, and what was said before is told no more", () => {
  const { agent, told, turns } = listener()
  return Effect.gen(function* () {
    const lan = (yield* FakeZalo).user("Lan")
    yield* lan.says("một")
    yield* lan.says(" /NEW ")
    yield* lan.says("hai")
    yield* lan.says("ba")
    assert.deepStrictEqual(told, [[], [], ["? hai", "! đáp 2"]])
    assert.deepStrictEqual(
      (yield* lan.heard).map(({ text }) => text),
      ["đáp 1", "🆕 A new conversation has begun. What was said before does not count any more.", "đáp 2", "đáp 3"]
    )
    assert.deepStrictEqual(yield* rows, [
      { state: "done", reason: null },
      { state: "done", reason: "new-session" },
      { state: "done", reason: null },
      { state: "done", reason: null }
    ])
    const [before, after, later] = turns.map(({ session }) => session)
    assert.strictEqual(before, `zalo:direct:${lan.id}`)
    assert.match(after ?? "", new RegExp(`^zalo:direct:${lan.id}@.+`))
    assert.strictEqual(later, after)
  }).pipe(open(agent))
})

it.effect("/new ends one session only, and again and again", () => {
  const { agent, told, turns } = listener()
  return Effect.gen(function* () {
    const zalo = yield* FakeZalo
    const [lan, minh] = [zalo.user("Lan"), zalo.user("Minh")]
    yield* lan.says("một")
    yield* minh.says("hai")
    yield* lan.says("/new")
    yield* lan.says("/new")
    yield* lan.says("ba")
    yield* minh.says("bốn")
    assert.deepStrictEqual(told, [[], [], [], ["? hai", "! đáp 2"]])
    assert.strictEqual(turns[3]?.session, `zalo:direct:${minh.id}`)
  }).pipe(open(agent))
})

it.effect("/new in a group may follow the bot's name, and with more words it is a message like any other", () => {
  const { agent, turns } = listener()
  return Effect.gen(function* () {
    const zalo = yield* FakeZalo
    const lan = zalo.user("Lan")
    const group = zalo.group("Chợ", [lan])
    yield* group.as(lan).says("một")
    yield* group.as(lan).says("/new")
    yield* group.as(lan).says("/new hàng")
    assert.deepStrictEqual(
      turns.map(({ message }) => message.text),
      ["một", "/new hàng"]
    )
    assert.notStrictEqual(turns[0]?.session, turns[1]?.session)
  }).pipe(open(agent))
})

it.effect("in a burst that becomes one turn, /new stands alone", () => {
  const { agent, told, turns } = listener()
  return Effect.gen(function* () {
    const lan = (yield* FakeZalo).user("Lan")
    for (const words of ["một", "hai", "/new", "ba", "bốn"]) yield* lan.says(words)
    yield* after("30 seconds")
    yield* settled
    yield* lan.says("năm")
    yield* after("30 seconds")
    yield* settled
    assert.deepStrictEqual(
      turns.map(({ message }) => message.text),
      ["một\nhai", "ba\nbốn", "năm"]
    )
    assert.deepStrictEqual(told, [[], [], ["? ba", "? bốn", "! đáp 2"]])
  }).pipe(open(agent, { turns: { mode: "merge", window: "2s" } }))
})

it.effect("an agent that is not told costs no rows", () => {
  const { agent, told } = listener({ remembers: false })
  return Effect.gen(function* () {
    const lan = (yield* FakeZalo).user("Lan")
    yield* lan.says("một")
    yield* lan.says("hai")
    assert.deepStrictEqual(told, [[], []])
    const noted = yield* Journal.use(({ query, read }) => query(read`SELECT * FROM session_message`))
    assert.lengthOf(noted, 0)
  }).pipe(open(agent))
})

it.effect("a restart forgets neither what was said nor that it counts no more", () =>
  Effect.gen(function* () {
    const file = join(mkdtempSync(join(tmpdir(), "zalo-effect-sessions-")), "journal.db")
    const sessions: Array<string> = []
    const told: Array<number> = []
    const agent: AgentBridge["Service"] = {
      remembers: true,
      reply: (turn) =>
        Stream.fromEffect(
          Effect.gen(function* () {
            const { recent } = yield* History
            sessions.push(turn.session)
            told.push((yield* recent(turn, { messages: 9 })).length)
            return { type: "text" as const, text: "ừ" }
          })
        )
    }
    const world = worldOf(new StubZalo().api, agent)
    const once = (...messages: ReadonlyArray<readonly [id: string, text: string]>) =>
      Effect.gen(function* () {
        for (const [id, text] of messages) {
          yield* says("c1", id, textUpdate("c1", id, text))
          yield* pass("1 second")
        }
      }).pipe(Effect.provide(processOn(file, world)))
    yield* once(["m1", "một"], ["m2", "hai"])
    yield* once(["m3", "ba"], ["m4", "/new"])
    yield* once(["m5", "năm"], ["m6", "sáu"])
    assert.deepStrictEqual(told, [0, 2, 4, 0, 2])
    assert.deepStrictEqual(sessions, [
      ...Array.from({ length: 3 }, () => "zalo:direct:u-c1"),
      ...Array.from({ length: 2 }, () => "zalo:direct:u-c1@m4")
    ])
  })
)
