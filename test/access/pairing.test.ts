import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Ref from "effect/Ref"
import * as TestClock from "effect/testing/TestClock"
import { Gate } from "../../src/access/Gate.ts"
import { Pairing } from "../../src/access/Pairing.ts"
import { PairingRepo } from "../../src/access/PairingRepo.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { bank, codeOf, heard, inMemory, lastSendEnds, messageOf, Policy, policyOf, says, shop } from "./kit.ts"

const waiting = Effect.map(
  Pairing.use((desk) => desk.list()),
  (requests) => requests.map((request) => request.senderId)
)

describe("asking", () => {
  it.effect("a stranger gets a code, in the account's language, with the command that approves it", () =>
    Effect.gen(function* () {
      const verdict = yield* Gate.use((gate) => gate.judge(messageOf("lan")))
      if (verdict._tag !== "Ask") return assert.fail(`expected a challenge, got ${verdict._tag}`)
      assert.match(verdict.code, /^[A-HJ-NP-Z2-9]{8}$/)
      assert.include(verdict.text.split("\n"), verdict.code)
      assert.include(verdict.text, `zalo-effect pairing approve zalo ${verdict.code}`)
      assert.include(verdict.text, "Your Zalo id: lan")
      assert.include(verdict.text, "60 minutes")
      yield* Ref.set(yield* Policy, policyOf({ language: "vi" }))
      const inVietnamese = yield* Gate.use((gate) => gate.judge(messageOf("lan")))
      assert.include(inVietnamese._tag === "Ask" ? inVietnamese.text : "", "Mã ghép nối")
    }).pipe(Effect.provide(inMemory()))
  )

  it.effect("judging alone leaves nothing behind", () =>
    Effect.gen(function* () {
      yield* Gate.use((gate) => gate.judge(messageOf("lan")))
      assert.deepStrictEqual([yield* waiting, yield* heard("lan")], [[], []])
    }).pipe(Effect.provide(inMemory()))
  )

  it.effect("request and challenge are committed together, or not at all", () =>
    Effect.gen(function* () {
      const { write } = yield* Journal
      const repo = yield* PairingRepo
      const message = messageOf("lan")
      const verdict = yield* Gate.use((gate) => gate.judge(message))
      if (verdict._tag === "Allow") return assert.fail("a stranger was let in")
      const unit = Effect.andThen(repo.settleUnit(message, verdict), Effect.fail("the inbox row is gone"))
      assert.strictEqual(yield* Effect.flip(write(unit)), "the inbox row is gone")
      assert.deepStrictEqual([yield* waiting, yield* heard("lan")], [[], []])
      assert.strictEqual(yield* write(repo.settleUnit(message, verdict)), "pairing")
      assert.deepStrictEqual([yield* waiting, (yield* heard("lan")).length], [["lan"], 1])
    }).pipe(Effect.provide(inMemory()))
  )

  it.effect("a code is good for its whole time from when it is written down", () =>
    Effect.gen(function* () {
      const message = messageOf("lan")
      const verdict = yield* Gate.use((gate) => gate.judge(message))
      if (verdict._tag === "Allow") return assert.fail("a stranger was let in")
      yield* TestClock.adjust("5 seconds")
      yield* (yield* Journal).write((yield* PairingRepo).settleUnit(message, verdict))
      const [request] = yield* Pairing.use((desk) => desk.list())
      if (request === undefined) return assert.fail("nobody waits")
      assert.deepStrictEqual(DateTime.distance(request.createdAt, request.expiresAt), Duration.hours(1))
    }).pipe(Effect.provide(inMemory()))
  )

  it.effect("a second message gets no second challenge, but is noticed", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* says("lan"), "pairing")
      yield* lastSendEnds("lan", "sent")
      yield* TestClock.adjust("10 minutes")
      assert.strictEqual(yield* says("lan", { name: "Lan Anh" }), "pairing-waiting")
      assert.strictEqual((yield* heard("lan")).length, 1)
      const [request] = yield* Pairing.use((desk) => desk.list())
      assert.strictEqual(request?.displayName, "Lan Anh")
      assert.strictEqual(request === undefined ? 0 : DateTime.toEpochMillis(request.lastSeenAt), 600_000)
      assert.strictEqual(request === undefined ? 0 : DateTime.toEpochMillis(request.createdAt), 0)
      assert.strictEqual(request === undefined ? 0 : DateTime.toEpochMillis(request.expiresAt), 3_600_000)
    }).pipe(Effect.provide(inMemory()))
  )

  it.effect("while the challenge waits to be sent nobody gets another", () =>
    Effect.gen(function* () {
      yield* says("lan")
      assert.strictEqual(yield* says("lan"), "pairing-waiting")
      yield* lastSendEnds("lan", "sending")
      assert.strictEqual(yield* says("lan"), "pairing-waiting")
    }).pipe(Effect.provide(inMemory()))
  )

  it.effect.each(["dead", "skipped", "unknown"] as const)(
    "a challenge that ended %s is sent again, with the same code and a new hour",
    (state) =>
      Effect.gen(function* () {
        yield* says("lan")
        const code = yield* codeOf("lan")
        yield* lastSendEnds("lan", state)
        yield* TestClock.adjust("30 minutes")
        assert.strictEqual(yield* says("lan"), "pairing")
        const [first, second, ...more] = yield* heard("lan")
        assert.deepStrictEqual([first, more], [second, []])
        assert.strictEqual(yield* codeOf("lan"), code)
        assert.strictEqual(yield* says("lan"), "pairing-waiting")
        yield* TestClock.adjust("59 minutes")
        assert.strictEqual((yield* Pairing.use((desk) => desk.approve(code))).senderId, "lan")
      }).pipe(Effect.provide(inMemory()))
  )

  it.effect("after an hour the code is worth nothing and the next message brings a new one", () =>
    Effect.gen(function* () {
      yield* says("lan")
      const old = yield* codeOf("lan")
      yield* TestClock.adjust("59 minutes")
      assert.strictEqual(yield* says("lan"), "pairing-waiting")
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(yield* waiting, [])
      const late = yield* Effect.flip(Pairing.use((desk) => desk.approve(old)))
      assert.strictEqual(late.reason._tag, "Expired")
      assert.strictEqual(yield* says("lan"), "pairing")
      const fresh = yield* codeOf("lan")
      assert.notStrictEqual(fresh, old)
      assert.strictEqual((yield* Effect.flip(Pairing.use((desk) => desk.approve(old)))).reason._tag, "Expired")
      assert.strictEqual((yield* Pairing.use((desk) => desk.approve(fresh))).senderId, "lan")
    }).pipe(Effect.provide(inMemory()))
  )

  it.effect("the code's life is the policy's", () =>
    Effect.gen(function* () {
      yield* says("lan")
      yield* TestClock.adjust("5 minutes")
      assert.strictEqual(yield* says("lan"), "pairing")
    }).pipe(
      Effect.provide(inMemory({ pairing: { ttl: Duration.minutes(5), maxPending: 100, owners: [], replay: false } }))
    )
  )

  it.effect("two accounts ask the same person on their own", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* says("lan"), "pairing")
      assert.strictEqual(yield* says("lan", { account: bank }), "pairing")
      const requests = yield* Pairing.use((desk) => desk.list({ account: "bank" }))
      yield* Pairing.use((desk) => desk.approve(requests[0]?.code ?? ""))
      assert.strictEqual(yield* says("lan", { account: bank }), "grant")
      assert.strictEqual(yield* says("lan"), "pairing-waiting")
    }).pipe(Effect.provide(inMemory()))
  )

  it.effect("nobody is asked in a group", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* says("lan", { group: "zgr-1" }), "group-not-allowed")
      assert.deepStrictEqual([yield* waiting, yield* heard("zgr-1")], [[], []])
    }).pipe(Effect.provide(inMemory()))
  )
})

describe("a full list", () => {
  const two = inMemory({ pairing: { ttl: Duration.hours(1), maxPending: 2, owners: [], replay: false } })

  it.effect(
    "turns strangers away, counts them, and has room again when somebody is decided about or a code expires",
    () =>
      Effect.gen(function* () {
        yield* says("a")
        yield* TestClock.adjust("30 minutes")
        yield* says("b")
        assert.deepStrictEqual(
          [yield* says("c"), yield* says("d"), yield* says("a")],
          ["pairing-full", "pairing-full", "pairing-waiting"]
        )
        assert.deepStrictEqual(yield* heard("c"), [])
        const [overflow, ...others] = yield* Pairing.use((desk) => desk.overflow())
        assert.deepStrictEqual([overflow?.account, overflow?.turnedAway, others], [shop, 2, []])
        assert.strictEqual(yield* says("c", { account: bank }), "pairing", "another account has its own list")
        yield* Pairing.use((desk) => Effect.flatMap(codeOf("b"), (code) => desk.decline(code)))
        assert.strictEqual(yield* says("d"), "pairing")
        assert.strictEqual(yield* says("e"), "pairing-full")
        yield* TestClock.adjust("30 minutes")
        assert.strictEqual(yield* says("e"), "pairing")
      }).pipe(Effect.provide(two))
  )

  it.effect("still answers one whose challenge was lost", () =>
    Effect.gen(function* () {
      yield* says("a")
      yield* says("b")
      yield* lastSendEnds("a", "dead")
      assert.strictEqual(yield* says("a"), "pairing")
    }).pipe(Effect.provide(two))
  )

  it.effect("holds also when two were judged before either was written down", () =>
    Effect.gen(function* () {
      const gate = yield* Gate
      const repo = yield* PairingRepo
      const { write } = yield* Journal
      yield* says("a")
      const messages = [messageOf("b"), messageOf("c")]
      const verdicts = yield* Effect.forEach(messages, (message) => gate.judge(message))
      const settled = yield* Effect.forEach(
        messages,
        (message, i) => {
          const verdict = verdicts[i]
          return verdict === undefined || verdict._tag === "Allow"
            ? Effect.succeed("allowed")
            : write(repo.settleUnit(message, verdict))
        },
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(settled, ["pairing", "pairing-full"])
    }).pipe(Effect.provide(two))
  )
})

describe("between the judgement and the commit", () => {
  const race = (meanwhile: (desk: Pairing["Service"]) => Effect.Effect<unknown, unknown>, first: boolean) =>
    Effect.gen(function* () {
      const message = messageOf("lan")
      const repo = yield* PairingRepo
      if (first) yield* says("lan")
      const verdict = yield* Gate.use((gate) => gate.judge(message))
      if (verdict._tag === "Allow") return assert.fail("a stranger was let in")
      yield* meanwhile(yield* Pairing)
      const settled = yield* Journal.use((journal) => journal.write(repo.settleUnit(message, verdict)))
      return [settled, yield* says("lan")]
    }).pipe(Effect.provide(inMemory()))

  it.effect("an approval lets the waiting message in", () =>
    Effect.gen(function* () {
      const outcome = race(
        (desk) => Effect.flatMap(desk.list(), ([request]) => desk.approve(request?.code ?? "")),
        true
      )
      assert.deepStrictEqual(yield* outcome, ["judge-again", "grant"])
    })
  )

  it.effect("a block ends it", () =>
    Effect.gen(function* () {
      const outcome = race((desk) => desk.block("lan", { account: shop }), false)
      assert.deepStrictEqual(yield* outcome, ["judge-again", "blocked"])
    })
  )

  it.effect("a code that is no longer free is drawn again", () =>
    Effect.gen(function* () {
      const repo = yield* PairingRepo
      const { write } = yield* Journal
      yield* says("an")
      const code = yield* codeOf("an")
      const verdict = yield* Gate.use((gate) => gate.judge(messageOf("lan")))
      if (verdict._tag !== "Ask") return assert.fail("expected a challenge")
      const settle = write(repo.settleUnit(messageOf("lan"), { ...verdict, code }))
      assert.strictEqual(yield* settle, "judge-again")
      yield* Pairing.use((desk) => desk.approve(code))
      assert.strictEqual(yield* settle, "judge-again", "a code is not given out again while it is remembered")
      assert.strictEqual(yield* says("lan"), "pairing")
    }).pipe(Effect.provide(inMemory()))
  )
})
