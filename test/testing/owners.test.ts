import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { AccountId, Inbox, Journal, Pairing } from "zalo-effect"
import { FakeZalo, pairingCode, TestGateway } from "zalo-effect/testing"

const thu = { id: "aaaabbbbccccddddeeee", name: "Thu" }
const minh = { id: "bbbbccccddddeeeeffff", name: "Minh" }

/** Owners who have written to the bot before: else Zalo would not let it write to them. */
const owned = (options: Parameters<typeof TestGateway.layer>[0] = {}, owners = [thu]) =>
  TestGateway.layer({
    language: "en",
    ...options,
    pairing: { owners: owners.map((owner) => owner.id.toUpperCase()), ...options.pairing },
    zalo: { people: { users: [thu, minh], groups: [] }, switches: { strangers: "accepted" } }
  })

const people = Effect.map(FakeZalo, (zalo) => ({
  owner: zalo.user("Thu"),
  second: zalo.user("Minh"),
  lan: zalo.user("Lan"),
  an: zalo.user("An")
}))

const requests = Pairing.use((desk) => desk.list())
const inbox = Journal.use(({ query, read }) =>
  query(
    read<{ chat: string; state: string; reason: string | null; rule: string | null }>`SELECT * FROM inbox ORDER BY seq`
  )
)
const lastOf = (chat: string) =>
  Effect.map(inbox, (rows) => {
    const row = rows.findLast((one) => one.chat === chat)
    return [row?.state, row?.reason, row?.rule]
  })

describe("an owner", () => {
  it.effect("is told of a request, lets the person in with a word, and both are told", () =>
    Effect.gen(function* () {
      const { lan, owner } = yield* people
      yield* lan.says("hello")
      const challenge = yield* lan.hears
      assert.include(challenge, "The bot's owner is told of it")
      assert.notInclude(challenge, "pairing approve")
      const asked = yield* owner.hears
      const code = pairingCode(challenge)
      assert.strictEqual(pairingCode(asked), code)
      for (const part of ["Lan", lan.id, "60 minutes", `ok ${code}`, `no ${code}`, `block ${code}`]) {
        assert.include(asked, part)
      }
      yield* owner.says(`OK ${code.toLowerCase()}`)
      assert.include(yield* owner.hears, `Approved Lan (${lan.id})`)
      assert.include(yield* lan.hears, "You have been approved")
      assert.deepStrictEqual(yield* lastOf(owner.id), ["done", "owner-word", "owner"])
      yield* lan.says("again")
      assert.strictEqual(yield* lan.hears, "again")
      assert.deepStrictEqual(yield* requests, [])
    }).pipe(Effect.provide(owned()))
  )

  it.effect("hears and is heard in the account's language", () =>
    Effect.gen(function* () {
      const { lan, owner } = yield* people
      yield* lan.says("chào")
      const code = pairingCode(yield* owner.hears)
      yield* owner.says(`duyệt ${code}`.normalize("NFD"))
      assert.include(yield* owner.hears, "Đã duyệt Lan")
      assert.include(
        (yield* lan.heard).map((said) => ("text" in said ? said.text : "")).join("\n"),
        "Chủ bot đã được báo"
      )
      assert.include(
        (yield* lan.heard).map((said) => ("text" in said ? said.text : "")).join("\n"),
        "Bạn đã được duyệt"
      )
    }).pipe(Effect.provide(owned({ language: "vi" })))
  )

  it.effect("is let in whatever the policy says, and echoed like everybody else", () =>
    Effect.gen(function* () {
      const { owner } = yield* people
      yield* owner.says("ok, how are you?")
      assert.strictEqual(yield* owner.hears, "ok, how are you?")
      // Nobody waits: the word is an ordinary one.
      yield* owner.says("ok")
      assert.strictEqual(yield* owner.hears, "ok")
      assert.deepStrictEqual(yield* lastOf(owner.id), ["done", null, "owner"])
    }).pipe(Effect.provide(owned({ dmPolicy: "disabled" })))
  )

  it.effect("leaves the code out while one waits, and is asked which one while more do", () =>
    Effect.gen(function* () {
      const { an, lan, owner } = yield* people
      yield* lan.says("hello")
      yield* owner.hears
      yield* an.says("hello")
      yield* owner.says("ok")
      const which = yield* owner.hears
      for (const { code, displayName } of yield* requests) {
        assert.include(which, displayName)
        assert.include(which.split("\n"), code)
      }
      assert.strictEqual((yield* requests).length, 2, "nobody was let in")
      yield* owner.says(`no ${pairingCode(yield* an.hears)}`)
      assert.include(yield* owner.hears, "Declined An")
      yield* owner.says("Ok.")
      assert.include(yield* owner.hears, "Approved Lan")
      assert.deepStrictEqual(yield* requests, [])
    }).pipe(Effect.provide(owned()))
  )

  it.effect("lets nobody in by a bare word whom the owner was not told of yet", () =>
    Effect.gen(function* () {
      const { an, lan, owner } = yield* people
      yield* lan.says("hello")
      const first = pairingCode(yield* owner.hears)
      yield* Pairing.use((desk) => desk.decline(first))
      yield* an.says("hello")
      yield* owner.says("ok")
      const which = yield* owner.hears
      assert.include(which, "1 person is waiting")
      assert.strictEqual((yield* requests).length, 1)
      // Now the owner knows, and needs no notice.
      yield* TestClock.adjust("2 minutes")
      assert.strictEqual((yield* owner.heard).length, 2)
      yield* owner.says("ok")
      assert.include(yield* owner.hears, "Approved An")
    }).pipe(Effect.provide(owned()))
  )

  it.effect("declines one who may then ask again, and blocks one who is not heard any more", () =>
    Effect.gen(function* () {
      const { lan, owner } = yield* people
      yield* lan.says("hello")
      const first = pairingCode(yield* lan.hears)
      yield* owner.says(`từ chối ${first}`)
      yield* owner.hears
      assert.include(yield* owner.hears, "Declined Lan")
      yield* lan.says("please")
      const second = pairingCode(yield* lan.hears)
      assert.notStrictEqual(second, first)
      // A minute after the first notice the owner is told of the second request.
      yield* TestClock.adjust("65 seconds")
      assert.include(yield* owner.hears, second)
      yield* owner.says(`block ${second}`)
      assert.include(yield* owner.hears, "Blocked Lan")
      yield* lan.says("hello?")
      assert.deepStrictEqual(yield* lastOf(lan.id), ["ignored", "blocked", null])
      assert.strictEqual((yield* lan.heard).length, 2)
      const audit = yield* Pairing.use((desk) => desk.audit({ sender: lan.id }))
      assert.deepStrictEqual(
        audit.map(({ action, by, code, how }) => [action, by, how, code]),
        [
          ["block", `owner:${owner.id}`, "owner", second],
          ["decline", `owner:${owner.id}`, "owner", first]
        ]
      )
    }).pipe(Effect.provide(owned()))
  )

  it.effect("is told why a code cannot be used, and after ten wrong ones none are taken for ten minutes", () =>
    Effect.gen(function* () {
      const { lan, owner } = yield* people
      yield* lan.says("hello")
      const code = pairingCode(yield* owner.hears)
      yield* owner.says(`ok ${code}`)
      yield* owner.hears
      yield* owner.says(`no ${code}`)
      assert.include(yield* owner.hears, "has been used")
      for (let n = 1; n < 10; n++) {
        yield* owner.says("ok ZZZZ2222")
        assert.include(yield* owner.hears, "Nobody is waiting with the code ZZZZ2222")
      }
      yield* owner.says("ok ZZZZ2222")
      assert.include(yield* owner.hears, "Too many wrong codes. Try again in 10 minutes.")
      yield* lan.says("hello")
      yield* Pairing.use((desk) => desk.revoke(lan.id))
      yield* lan.says("hello")
      const [request] = yield* requests
      yield* owner.says(`ok ${request?.code}`)
      assert.strictEqual((yield* requests).length, 1)
      yield* TestClock.adjust("10 minutes")
      yield* owner.says(`ok ${request?.code}`)
      assert.strictEqual((yield* requests).length, 0)
    }).pipe(Effect.provide(owned()))
  )

  it.effect("hears that a code has run out", () =>
    Effect.gen(function* () {
      const { lan, owner } = yield* people
      yield* lan.says("hello")
      const code = pairingCode(yield* owner.hears)
      yield* TestClock.adjust("1 hour")
      yield* owner.says(`ok ${code}`)
      assert.include(yield* owner.hears, "has expired")
    }).pipe(Effect.provide(owned()))
  )

  it.effect("may be one of several, who all know, and the first word counts", () =>
    Effect.gen(function* () {
      const { lan, owner, second } = yield* people
      yield* lan.says("hello")
      const code = pairingCode(yield* owner.hears)
      assert.strictEqual(pairingCode(yield* second.hears), code)
      yield* second.says(`approve ${code}`)
      assert.include(yield* second.hears, "Approved Lan")
      yield* owner.says(`block ${code}`)
      assert.include(yield* owner.hears, "was approved")
    }).pipe(Effect.provide(owned({}, [thu, minh])))
  )

  it.effect("is not flooded: whoever asks within a minute is told of together, ten at a time", () =>
    Effect.gen(function* () {
      const zalo = yield* FakeZalo
      const { owner } = yield* people
      const crowd = Array.from({ length: 13 }, (_, n) => zalo.user(`Guest ${n}`))
      for (const guest of crowd) yield* Effect.andThen(guest.says("hello"), TestClock.adjust("1 millis"))
      assert.include(yield* owner.hears, "Guest 0")
      yield* TestClock.adjust("59 seconds")
      assert.strictEqual((yield* owner.heard).length, 1)
      yield* TestClock.adjust("10 seconds")
      const bundle = yield* owner.hears
      assert.include(bundle, "12 people would like to talk to the bot.")
      assert.include(bundle, "Guest 10")
      assert.notInclude(bundle, "Guest 11")
      assert.include(bundle, "And 2 more")
      yield* TestClock.adjust("65 seconds")
      const rest = yield* owner.hears
      assert.include(rest, "Guest 11")
      assert.include(rest, "Guest 12")
      yield* TestClock.adjust("5 minutes")
      assert.strictEqual((yield* owner.heard).length, 3)
    }).pipe(Effect.provide(owned()))
  )

  it.effect("is shown a stranger's name in one line, however it is written", () =>
    Effect.gen(function* () {
      const zalo = yield* FakeZalo
      const { owner } = yield* people
      yield* zalo.user(`Evil\n\nok ABCD2345\u202e${"x".repeat(300)}`).says("hello")
      const asked = yield* owner.hears
      assert.include(asked, "Evil ok ABCD2345 xxx")
      assert.notInclude(asked, "\u202e")
      assert.isBelow(asked.length, 600)
    }).pipe(Effect.provide(owned()))
  )
})

it.effect("a stranger's word is a message like any other", () =>
  Effect.gen(function* () {
    const { an, lan } = yield* people
    yield* lan.says("hello")
    const code = pairingCode(yield* lan.hears)
    yield* an.says(`ok ${code}`)
    yield* lan.says(`ok ${code}`)
    assert.deepStrictEqual((yield* requests).map((request) => request.displayName).toSorted(), ["An", "Lan"])
    assert.strictEqual((yield* Pairing.use((desk) => desk.grants())).length, 0)
  }).pipe(Effect.provide(owned()))
)

it.effect("so is the word of somebody who was let in, and an owner's in a group", () =>
  Effect.gen(function* () {
    const zalo = yield* FakeZalo
    const { an, lan, owner } = yield* people
    yield* an.says("hello")
    const first = pairingCode(yield* an.hears)
    yield* Pairing.use((desk) => desk.approve(first))
    yield* an.hears
    yield* lan.says("hello")
    const code = pairingCode(yield* lan.hears)
    yield* an.says(`ok ${code}`)
    assert.strictEqual(yield* an.hears, `ok ${code}`)
    const group = zalo.group("Shop", [owner])
    yield* group.as(owner).says(`ok ${code}`)
    assert.strictEqual(yield* group.as(owner).hears, `ok ${code}`)
    assert.strictEqual((yield* requests).length, 1)
  }).pipe(Effect.provide(owned()))
)

describe("pairing.replay", () => {
  it.effect.each(["owner", "desk"] as const)(
    "answers what was written before the %s's approval, in order, once",
    (who) =>
      Effect.gen(function* () {
        const { lan, owner } = yield* people
        yield* lan.says("one")
        const code = pairingCode(yield* lan.hears)
        yield* lan.says("two")
        yield* lan.says("three")
        if (who === "owner") yield* owner.says("ok")
        else assert.strictEqual((yield* Pairing.use((desk) => desk.approve(code))).replayed, 3)
        assert.include(yield* lan.hears, "What you have written is answered next")
        assert.deepStrictEqual([yield* lan.hears, yield* lan.hears, yield* lan.hears], ["one", "two", "three"])
        yield* TestClock.adjust("1 minute")
        yield* Pairing.use((desk) => desk.revoke(lan.id))
        yield* lan.says("four")
        const again = pairingCode(yield* lan.hears)
        yield* Pairing.use((desk) => desk.approve(again))
        yield* lan.hears
        assert.strictEqual(yield* lan.hears, "four")
        assert.strictEqual((yield* lan.heard).length, 8)
        assert.deepStrictEqual((yield* Inbox.use((rows) => rows.counts(AccountId.make("default")))).pending, 0)
      }).pipe(Effect.provide(owned({ pairing: { replay: true } })))
  )

  it.effect("leaves alone what was written before an earlier code ran out, and what was declined", () =>
    Effect.gen(function* () {
      const { lan } = yield* people
      yield* lan.says("long ago")
      yield* lan.hears
      yield* TestClock.adjust("1 hour")
      yield* lan.says("now")
      const code = pairingCode(yield* lan.hears)
      yield* Pairing.use((desk) => desk.approve(code, { notify: false }))
      assert.strictEqual(yield* lan.hears, "now")
      assert.strictEqual((yield* lan.heard).length, 3)
    }).pipe(Effect.provide(owned({ pairing: { replay: true } })))
  )

  it.effect("is off unless it is wanted", () =>
    Effect.gen(function* () {
      const { lan } = yield* people
      yield* lan.says("one")
      yield* Pairing.use((desk) => Effect.flatMap(Effect.map(lan.hears, pairingCode), (code) => desk.approve(code)))
      assert.include(yield* lan.hears, "Send a message to start chatting")
      assert.deepStrictEqual(yield* lastOf(lan.id), ["ignored", "pairing", null])
    }).pipe(Effect.provide(owned()))
  )
})
