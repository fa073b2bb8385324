import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { History } from "../../src/agent/History.ts"
import { AgentBridge, AgentError } from "../../src/agent/AgentBridge.ts"
import { AccountId, ChatId } from "../../src/domain/ids.ts"
import type { ReplyPart } from "../../src/domain/Reply.ts"
import { texts } from "../../src/domain/texts.ts"
import { Chats } from "../../src/journal/chats/Chats.ts"
import { Inbox } from "../../src/journal/Inbox.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { Handoffs } from "../../src/pipeline/Handoffs.ts"
import { settled, type TestGatewayOptions } from "../../src/testing/TestGateway.ts"
import { FakeZalo, TestGateway } from "../../src/testing.ts"

const account = AccountId.make("default")
const keyOf = (chat: string) => ({ account, chat: ChatId.make(chat) })
const en = texts("en")

/** Asks for what was said before, as a model does. */
const remembering = (told: Array<ReadonlyArray<string>>) =>
  AgentBridge.layerFunction(
    (turn) =>
      Effect.gen(function* () {
        const earlier = yield* (yield* History).recent(turn, { messages: 20 })
        told.push(earlier.map(({ role, text }) => `${role}: ${text}`))
        return `re: ${turn.message.text}`
      }),
    { remembers: true }
  )

/** Answers with the text, and counts how often it was asked. */
class Agent {
  asked: Array<string> = []
  answer: (text: string) => Effect.Effect<ReadonlyArray<ReplyPart>, AgentError> = (text) =>
    Effect.succeed([{ type: "text", text: `re: ${text}` }])

  readonly layer = Layer.succeed(AgentBridge, {
    reply: (turn) =>
      Stream.fromIterableEffect(
        Effect.suspend(() => {
          this.asked.push(turn.message.text)
          return this.answer(turn.message.text)
        })
      )
  })
}

const open: TestGatewayOptions = { dmPolicy: "open", allowFrom: ["*"], language: "en" }

const scene = <A, E>(
  test: (agent: Agent) => Effect.Effect<A, E, Layer.Success<ReturnType<typeof TestGateway.layer>>>,
  options: TestGatewayOptions = {}
) => {
  const agent = new Agent()
  return Effect.provide(test(agent), TestGateway.layer({ ...open, agent: agent.layer, ...options }))
}

const rowsOf = (chat: string) =>
  Effect.flatMap(Journal, ({ query, read }) =>
    Effect.map(
      query(
        read<{
          state: string
          reason: string | null
          held: number
        }>`SELECT state, reason, held FROM inbox WHERE chat = ${chat} ORDER BY seq`
      ),
      (rows) => rows.map(({ held, reason, state }) => `${state} ${reason ?? "-"}${held === 1 ? " held" : ""}`)
    )
  )

const heard = (chat: string) =>
  Effect.flatMap(FakeZalo, (zalo) =>
    Effect.map(zalo.emulator.hears(chat), (messages) => messages.map(({ text }) => text))
  )

const pause = (chat: string, options?: Parameters<Handoffs["Service"]["pause"]>[1]) =>
  Handoffs.use((handoffs) => handoffs.pause(keyOf(chat), options)).pipe(Effect.tap(settled))

const resume = (chat: string, options?: { readonly answer?: boolean }) =>
  Handoffs.use((handoffs) => handoffs.resume(keyOf(chat), options)).pipe(Effect.tap(settled))

const say = (chat: string, text: string) =>
  Handoffs.use((handoffs) => handoffs.say(keyOf(chat), [{ _tag: "Text", text }], `api:${text}`)).pipe(
    Effect.tap(settled)
  )

const chatOf = (chat: string) =>
  Effect.flatMap(Chats, (chats) => Effect.map(chats.listed(keyOf(chat)), Option.getOrThrow))

describe("a paused chat", () => {
  it.effect(
    "asks no agent and keeps what is written; at the resume it is done, and the bot answers what comes then",
    () =>
      scene((agent) =>
        Effect.gen(function* () {
          const lan = (yield* FakeZalo).user("Lan")
          yield* lan.says("one")
          assert.isTrue(yield* pause(lan.id))
          assert.isFalse(yield* pause(lan.id), "it stands already")
          yield* lan.says("two")
          yield* lan.says("three")
          assert.deepStrictEqual(yield* rowsOf(lan.id), ["done -", "pending handoff held", "pending handoff held"])
          const chat = yield* chatOf(lan.id)
          assert.deepStrictEqual(
            { waiting: chat.waiting, by: chat.pausedBy, name: chat.name },
            { waiting: 2, by: "api", name: "Lan" }
          )
          assert.deepStrictEqual(yield* resume(lan.id), Option.some({ settled: 2, released: 0 }))
          assert.isTrue(Option.isNone(yield* resume(lan.id)), "no pause stands")
          yield* lan.says("four")
          assert.deepStrictEqual(agent.asked, ["one", "four"])
          assert.deepStrictEqual(yield* rowsOf(lan.id), ["done -", "done handoff", "done handoff", "done -"])
          assert.deepStrictEqual(yield* heard(lan.id), ["re: one", en.handedOver, "re: four"])
        })
      )
  )

  it.effect("is told once that a person takes over, unless the operator or the account wants it silent", () =>
    scene(() =>
      Effect.gen(function* () {
        const zalo = yield* FakeZalo
        const [lan, minh, nam] = [zalo.user("Lan"), zalo.user("Minh"), zalo.user("Nam")]
        yield* lan.says("hello")
        yield* minh.says("hello")
        yield* pause(lan.id)
        yield* pause(lan.id, { reason: "again" })
        yield* pause(minh.id, { notify: false })
        yield* pause(nam.id)
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual(yield* heard(lan.id), ["re: hello", en.handedOver])
        assert.deepStrictEqual(yield* heard(minh.id), ["re: hello"])
        assert.deepStrictEqual(yield* heard(nam.id), [], "who never wrote is not written to")
      })
    ).pipe(
      Effect.andThen(
        scene(
          () =>
            Effect.gen(function* () {
              const lan = (yield* FakeZalo).user("Lan")
              yield* lan.says("hello")
              yield* pause(lan.id)
              yield* TestClock.adjust("1 minute")
              assert.deepStrictEqual(yield* heard(lan.id), ["re: hello"])
            }),
          { handoff: { notice: false } }
        )
      )
    )
  )

  it.effect("leaves the other chats alone", () =>
    scene(() =>
      Effect.gen(function* () {
        const zalo = yield* FakeZalo
        const [lan, minh] = [zalo.user("Lan"), zalo.user("Minh")]
        yield* pause(lan.id, { notify: false })
        yield* lan.says("kept")
        yield* minh.says("hello")
        assert.deepStrictEqual(yield* heard(minh.id), ["re: hello"])
        assert.deepStrictEqual(yield* heard(lan.id), [])
      })
    )
  )

  it.effect("still judges each message: whom the gate refuses is not kept", () =>
    scene(
      () =>
        Effect.gen(function* () {
          const zalo = yield* FakeZalo
          const [lan, minh] = [zalo.user("Lan"), zalo.user("Minh")]
          const group = zalo.group("Team", [lan, minh])
          yield* Effect.flatMap(Journal, ({ sql, write }) =>
            write(sql`INSERT INTO block_entry (account, sender, display_name, blocked_by, blocked_at)
              VALUES ('default', ${minh.id}, '', 'test', 0)`)
          )
          yield* pause(group.id, { notify: false })
          yield* group.as(lan).says("kept")
          yield* group.as(minh).says("not kept")
          assert.deepStrictEqual(yield* rowsOf(group.id), ["pending handoff held", "ignored blocked"])
        }),
      { groupPolicy: "open" }
    )
  )

  it.effect("is given what a person types as the bot, which counts as an answer to what waits", () =>
    scene((agent) =>
      Effect.gen(function* () {
        const lan = (yield* FakeZalo).user("Lan")
        yield* pause(lan.id, { notify: false })
        yield* lan.says("my parcel?")
        yield* say(lan.id, "It comes tomorrow.")
        assert.deepStrictEqual(yield* heard(lan.id), ["It comes tomorrow."])
        const answered = yield* chatOf(lan.id)
        assert.deepStrictEqual([answered.waiting, answered.waitingSince], [0, null])
        yield* lan.says("and the invoice?")
        assert.strictEqual((yield* chatOf(lan.id)).waiting, 1)
        assert.deepStrictEqual(yield* resume(lan.id, { answer: true }), Option.some({ settled: 1, released: 1 }))
        assert.deepStrictEqual(agent.asked, ["and the invoice?"])
        assert.deepStrictEqual(yield* rowsOf(lan.id), ["done handoff", "done -"])
      })
    )
  )

  it.effect("is the bot's again when the time is over, however the clock jumps", () =>
    scene((agent) =>
      Effect.gen(function* () {
        const lan = (yield* FakeZalo).user("Lan")
        yield* pause(lan.id, { lasts: Duration.minutes(30), notify: false })
        yield* lan.says("kept")
        yield* TestClock.adjust("29 minutes")
        assert.isNotNull((yield* chatOf(lan.id)).pausedAt)
        yield* TestClock.adjust("10 minutes")
        assert.isNull((yield* chatOf(lan.id)).pausedAt)
        yield* lan.says("hello again")
        assert.deepStrictEqual(agent.asked, ["hello again"])
        assert.deepStrictEqual(yield* rowsOf(lan.id), ["done handoff", "done -"])
      })
    )
  )

  it.effect("tells what waits for a person apart from what waits for the bot", () =>
    scene(() =>
      Effect.gen(function* () {
        const lan = (yield* FakeZalo).user("Lan")
        yield* pause(lan.id, { notify: false })
        yield* lan.says("kept")
        const { held, oldest, oldestHeld, pending } = yield* Inbox.use((inbox) => inbox.counts(account))
        assert.deepStrictEqual([pending, held, oldest], [1, 1, null])
        assert.isNotNull(oldestHeld)
      })
    )
  )
})

describe("a turn under way when its chat is paused", () => {
  it.effect("is cancelled, its message is kept, and its reply never goes out", () =>
    scene((agent) =>
      Effect.gen(function* () {
        const interrupted = yield* Deferred.make<void>()
        agent.answer = () =>
          Effect.onInterrupt(Effect.never, () => Effect.asVoid(Deferred.succeed(interrupted, undefined)))
        const lan = (yield* FakeZalo).user("Lan")
        yield* lan.says("slow")
        assert.deepStrictEqual(agent.asked, ["slow"])
        yield* pause(lan.id, { notify: false })
        yield* Deferred.await(interrupted)
        assert.deepStrictEqual(yield* rowsOf(lan.id), ["pending handoff held"])
        yield* TestClock.adjust("10 minutes")
        assert.deepStrictEqual([agent.asked.length, yield* heard(lan.id)], [1, []])
      })
    )
  )

  it.effect("sends nothing even when another program paused it and the turn ends before that is noticed", () =>
    scene((agent) =>
      Effect.gen(function* () {
        const go = yield* Deferred.make<void>()
        agent.answer = () => Effect.as(Deferred.await(go), [{ type: "text", text: "too late" }])
        const lan = (yield* FakeZalo).user("Lan")
        yield* lan.says("slow")
        const { write } = yield* Journal
        const chats = yield* Chats
        const how = { by: "cli", reason: undefined, resumeAt: undefined, tell: false, wanted: false, now: 0 } as const
        yield* write(chats.pauseUnit(keyOf(lan.id), how))
        yield* Deferred.succeed(go, undefined)
        yield* settled
        assert.deepStrictEqual(yield* rowsOf(lan.id), ["pending handoff held"])
        assert.deepStrictEqual(yield* heard(lan.id), [])
      })
    )
  )

  it.effect("that had sent a part of its reply ends there", () =>
    scene(
      () =>
        Effect.gen(function* () {
          const lan = (yield* FakeZalo).user("Lan")
          yield* lan.says("tell me a story")
          assert.deepStrictEqual(yield* heard(lan.id), ["Once upon a time"])
          yield* pause(lan.id, { notify: false })
          assert.deepStrictEqual(yield* rowsOf(lan.id), ["done handoff"])
        }),
      {
        streaming: "paragraphs",
        agent: Layer.succeed(AgentBridge, {
          reply: () => Stream.concat(Stream.make({ type: "text", text: "Once upon a time" } as const), Stream.never)
        })
      }
    )
  )

  it.effect("sends no further part once another program has paused it", () => {
    const go = Deferred.makeUnsafe<void>()
    const part = (text: string) => ({ type: "text", text }) as const
    return scene(
      () =>
        Effect.gen(function* () {
          const lan = (yield* FakeZalo).user("Lan")
          yield* lan.says("tell me a story")
          const { write } = yield* Journal
          const how = { by: "cli", reason: undefined, resumeAt: undefined, tell: false, wanted: false, now: 0 } as const
          yield* write((yield* Chats).pauseUnit(keyOf(lan.id), how))
          yield* Deferred.succeed(go, undefined)
          yield* settled
          assert.deepStrictEqual(yield* heard(lan.id), ["Once upon a time"])
          assert.deepStrictEqual(yield* rowsOf(lan.id), ["done handoff"])
        }),
      {
        streaming: "paragraphs",
        agent: Layer.succeed(AgentBridge, {
          reply: () =>
            Stream.concat(
              Stream.make(part("Once upon a time")),
              Stream.fromEffect(Effect.as(Deferred.await(go), part("there was a bot")))
            )
        })
      }
    )
  })

  it.effect("that waits to be tried again is kept, and its time comes for nothing", () =>
    scene((agent) =>
      Effect.gen(function* () {
        agent.answer = () => Effect.fail(new AgentError({ reason: { _tag: "Failed", detail: "down" } }))
        const lan = (yield* FakeZalo).user("Lan")
        yield* lan.says("hello")
        assert.strictEqual(agent.asked.length, 1)
        yield* pause(lan.id, { notify: false })
        yield* TestClock.adjust("20 minutes")
        assert.strictEqual(agent.asked.length, 1)
        assert.deepStrictEqual(yield* rowsOf(lan.id), ["pending handoff held"])
      })
    )
  )
})

describe("a word for a person", () => {
  const keywords = { handoff: { keywords: ["/human", "gặp nhân viên"] } }

  it.effect("pauses the chat, tells its people and lists it; their other word brings the bot back", () =>
    scene(
      (agent) =>
        Effect.gen(function* () {
          const lan = (yield* FakeZalo).user("Lan")
          yield* lan.says("Gap nhan  VIEN!")
          const chat = yield* chatOf(lan.id)
          assert.deepStrictEqual([chat.pausedBy, chat.waiting, chat.name], ["keyword", 0, "Lan"])
          assert.isNotNull(chat.waitingSince)
          const waiting = yield* Chats.use((chats) => chats.list({ waiting: true, limit: 10 }))
          assert.deepStrictEqual(
            waiting.map((one) => one.chat),
            [ChatId.make(lan.id)]
          )
          yield* lan.says("are you there?")
          yield* lan.says("/BOT")
          yield* lan.says("hello")
          assert.deepStrictEqual(agent.asked, ["hello"])
          assert.deepStrictEqual(yield* rowsOf(lan.id), ["done handoff", "done handoff", "done handoff", "done -"])
          assert.deepStrictEqual(yield* heard(lan.id), [en.handedOver, en.handedBack, "re: hello"])
        }),
      keywords
    )
  )

  it.effect("is the whole message, and means nothing where nobody set it up", () =>
    scene(
      (agent) =>
        Effect.gen(function* () {
          const lan = (yield* FakeZalo).user("Lan")
          yield* lan.says("how do I use /human here?")
          yield* lan.says("/bot")
          assert.deepStrictEqual(agent.asked, ["how do I use /human here?", "/bot"])
        }),
      keywords
    ).pipe(
      Effect.andThen(
        scene((agent) =>
          Effect.gen(function* () {
            const lan = (yield* FakeZalo).user("Lan")
            yield* lan.says("/human")
            assert.deepStrictEqual(agent.asked, ["/human"])
          })
        )
      )
    )
  )

  it.effect("is heard in a group behind the bot's name", () =>
    scene(
      () =>
        Effect.gen(function* () {
          const zalo = yield* FakeZalo
          const lan = zalo.user("Lan")
          const group = zalo.group("Team", [lan])
          yield* group.as(lan).says("/human")
          const chat = yield* chatOf(group.id)
          assert.deepStrictEqual([chat.pausedBy, chat.type, chat.name], ["keyword", "GROUP", ""])
        }),
      { ...keywords, groupPolicy: "open" }
    )
  )

  it.effect("is heard while the bot is busy with an earlier message, or waits to try it again", () =>
    scene(
      (agent) =>
        Effect.gen(function* () {
          agent.answer = () => Effect.never
          const zalo = yield* FakeZalo
          const [lan, minh] = [zalo.user("Lan"), zalo.user("Minh")]
          yield* lan.says("slow")
          yield* lan.says("/human")
          assert.deepStrictEqual(yield* rowsOf(lan.id), ["pending handoff held", "done handoff"])
          assert.deepStrictEqual(yield* heard(lan.id), [en.handedOver])
          agent.answer = () => Effect.fail(new AgentError({ reason: { _tag: "Failed", detail: "down" } }))
          yield* minh.says("hello")
          yield* minh.says("/human")
          assert.strictEqual((yield* chatOf(minh.id)).pausedBy, "keyword")
          yield* TestClock.adjust("20 minutes")
          assert.strictEqual(agent.asked.length, 2)
          assert.deepStrictEqual(yield* rowsOf(minh.id), ["pending handoff held", "done handoff"])
        }),
      keywords
    )
  )

  it.effect("is no part of a burst that becomes one turn", () =>
    scene(
      (agent) =>
        Effect.gen(function* () {
          const lan = (yield* FakeZalo).user("Lan")
          yield* lan.says("hello")
          yield* lan.says("/human")
          yield* TestClock.adjust("5 seconds")
          assert.notInclude(agent.asked.join(), "/human")
          assert.strictEqual((yield* chatOf(lan.id)).pausedBy, "keyword")
        }),
      { ...keywords, turns: { mode: "merge" } }
    )
  )

  it.effect("of a stranger changes nothing", () =>
    scene(
      () =>
        Effect.gen(function* () {
          const lan = (yield* FakeZalo).user("Lan")
          yield* lan.says("/human")
          assert.isTrue(Option.isNone(yield* Chats.use((chats) => chats.get(keyOf(lan.id)))))
        }),
      { ...keywords, dmPolicy: "pairing", allowFrom: [] }
    )
  )

  it.effect("is over after resumeAfter, also for the next gateway on this store", () =>
    scene(
      (agent) =>
        Effect.gen(function* () {
          const lan = (yield* FakeZalo).user("Lan")
          yield* lan.says("/human")
          yield* lan.says("kept")
          yield* TestClock.adjust("119 minutes")
          assert.isNotNull((yield* chatOf(lan.id)).pausedAt)
          yield* TestClock.adjust("2 minutes")
          assert.isNull((yield* chatOf(lan.id)).pausedAt)
          yield* lan.says("hello")
          assert.deepStrictEqual(agent.asked, ["hello"])
        }),
      { handoff: { keywords: ["/human"], resumeAfter: "2h" } }
    )
  )

  it.effect("tells the account's owners in their own chats", () =>
    scene(
      () =>
        Effect.gen(function* () {
          const zalo = yield* FakeZalo
          const lan = zalo.user("Lan")
          yield* lan.says("/human")
          const all = yield* Effect.flatMap(Journal, ({ query, read }) =>
            query(read<{ chat: string; origin: string }>`SELECT chat, origin FROM outbox ORDER BY seq, id`)
          )
          assert.deepStrictEqual(
            all.map(({ chat, origin }) => [chat, origin]),
            [
              [lan.id, "handoff"],
              ["0123456789abcdef0123", "handoff"]
            ]
          )
        }),
      { ...keywords, pairing: { owners: ["0123456789abcdef0123"] } }
    )
  )
})

describe("the agent's own wish", () => {
  const parts: ReadonlyArray<ReplyPart> = [
    { type: "text", text: "I will ask a colleague." },
    { type: "handoff", reason: "refund over 1,000,000" },
    { type: "text", text: "never sent" }
  ]
  const expected = Effect.gen(function* () {
    const lan = (yield* FakeZalo).user("Lan")
    yield* lan.says("I want my money back")
    assert.deepStrictEqual(yield* heard(lan.id), ["I will ask a colleague.", en.handedOver])
    const chat = yield* chatOf(lan.id)
    assert.deepStrictEqual([chat.pausedBy, chat.pauseReason], ["agent", "refund over 1,000,000"])
    assert.deepStrictEqual(yield* rowsOf(lan.id), ["done handoff"])
    yield* lan.says("hello?")
    assert.deepStrictEqual(yield* rowsOf(lan.id), ["done handoff", "pending handoff held"])
  })

  it.effect("sends what stands before it, nothing after it, and pauses the chat", () =>
    scene((agent) => {
      agent.answer = () => Effect.succeed(parts)
      return expected
    })
  )

  it.effect("does so where the reply is streamed", () =>
    scene(() => expected, {
      streaming: "paragraphs",
      agent: Layer.succeed(AgentBridge, { reply: () => Stream.fromIterable(parts) })
    })
  )

  it.effect("is understood of a function that is the agent", () =>
    scene(() => expected, { agent: AgentBridge.layerFunction(() => Effect.succeed(parts)) })
  )
})

describe("an agent that failed for good", () => {
  it.effect(
    "leaves its message to a person where the account says so, and the person of the chat is told that alone",
    () =>
      scene(
        (agent) =>
          Effect.gen(function* () {
            agent.answer = () => Effect.fail(new AgentError({ reason: { _tag: "Failed", detail: "down" } }))
            const lan = (yield* FakeZalo).user("Lan")
            yield* lan.says("hello")
            yield* TestClock.adjust("5 minutes")
            const chat = yield* chatOf(lan.id)
            assert.deepStrictEqual([chat.pausedBy, chat.waiting], ["failure", 1])
            assert.deepStrictEqual(yield* rowsOf(lan.id), ["pending handoff held"])
            assert.deepStrictEqual(yield* heard(lan.id), [en.handedOver])
            agent.answer = (text) => Effect.succeed([{ type: "text", text: `re: ${text}` }])
            yield* resume(lan.id, { answer: true })
            assert.deepStrictEqual(yield* heard(lan.id), [en.handedOver, "re: hello"])
          }),
        { handoff: { onAgentFailure: true }, turns: { attempts: 2 } }
      )
  )
})

describe("the session's history", () => {
  const told: Array<ReadonlyArray<string>> = []

  it.effect("has what people said to each other while the bot was silent, in its place", () =>
    scene(
      () =>
        Effect.gen(function* () {
          const lan = (yield* FakeZalo).user("Lan")
          yield* lan.says("one")
          yield* pause(lan.id, { notify: false })
          yield* say(lan.id, "a person here")
          yield* lan.says("two")
          yield* lan.says("three")
          yield* say(lan.id, "to both")
          yield* lan.says("four")
          yield* say(lan.id, "and to four")
          yield* lan.says("five")
          yield* resume(lan.id)
          yield* lan.says("six")
          assert.deepStrictEqual(told.at(-1), [
            "user: one",
            "assistant: re: one\na person here",
            "user: two",
            "user: three",
            "assistant: to both",
            "user: four",
            "assistant: and to four",
            "user: five"
          ])
        }),
      { agent: remembering(told) }
    )
  )

  it.effect("begins where the last session ended, also for what a person says", () =>
    scene(
      () =>
        Effect.gen(function* () {
          const lan = (yield* FakeZalo).user("Lan")
          yield* lan.says("old")
          yield* lan.says("/new")
          yield* lan.says("one")
          yield* pause(lan.id, { notify: false })
          yield* say(lan.id, "a person here")
          yield* resume(lan.id)
          yield* lan.says("two")
          assert.deepStrictEqual(told.at(-1), ["user: one", "assistant: re: one\na person here"])
        }),
      { agent: remembering(told) }
    )
  )
})
