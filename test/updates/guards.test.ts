import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { TestClock } from "effect/testing"
import * as fc from "fast-check"
import { makeDeadlines } from "../../src/updates/deadlines.ts"
import { comparablePath } from "../../src/updates/path.ts"
import { secretCheck } from "../../src/updates/secret.ts"
import { makeStrangers } from "../../src/updates/strangers.ts"
import { trustedNetworks } from "../../src/updates/trustedProxies.ts"

describe("secretCheck", () => {
  it("says yes to the secret and to nothing else", () => {
    const ascii = fc.string({ unit: "grapheme-ascii", maxLength: 300 })
    fc.assert(fc.property(ascii, ascii, (secret, given) => secretCheck(secret)(given) === (secret === given)))
    fc.assert(fc.property(ascii, (secret) => secretCheck(secret)(secret)))
    fc.assert(fc.property(ascii, (secret) => !secretCheck(secret)(`${secret}\0`)))
    assert.isFalse(secretCheck("a-secret")("a-secre"))
    assert.isFalse(secretCheck("a-secret")(""))
    assert.isFalse(secretCheck("x".repeat(256))("x".repeat(257)))
  })
})

describe("makeStrangers", () => {
  it("remembers so many addresses and forgets the oldest first", () => {
    const strangers = makeStrangers()
    for (let n = 0; n < 21; n++) strangers.wrong("first", 0)
    assert.strictEqual(strangers.wrong("first", 1), 60)
    for (let n = 0; n < 4095; n++) strangers.wrong(`address-${n}`, 2)
    assert.strictEqual(strangers.wrong("first", 3), 60)
    strangers.wrong("one-more", 4)
    assert.strictEqual(strangers.wrong("first", 5), 0)
  })

  it("begins anew a minute after the first", () => {
    const strangers = makeStrangers()
    for (let n = 0; n < 20; n++) assert.strictEqual(strangers.wrong("a", n), 0)
    assert.strictEqual(strangers.wrong("a", 59_999), 1)
    assert.strictEqual(strangers.wrong("a", 60_000), 0)
    assert.strictEqual(strangers.wrong("b", 60_000), 0)
  })
})

describe("makeDeadlines", () => {
  it.effect("calls what is late and nothing else", () =>
    Effect.gen(function* () {
      const deadlines = yield* makeDeadlines(Duration.seconds(30))
      const called: Array<string> = []
      const add = (name: string) =>
        Effect.map(Clock.currentTimeMillis, (now) => deadlines.add(() => called.push(name), now))
      yield* add("a")
      yield* TestClock.adjust("10 seconds")
      const done = yield* add("b")
      yield* add("c")
      yield* TestClock.adjust("19 seconds")
      assert.deepStrictEqual(called, [])
      done()
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual(called, ["a"])
      yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual(called, ["a", "c"])
      yield* TestClock.adjust("1 minute")
      yield* add("d")
      yield* TestClock.adjust("31 seconds")
      assert.deepStrictEqual(called, ["a", "c", "d"])
    })
  )
})

describe("comparablePath", () => {
  it("takes away what does not tell paths apart", () => {
    assert.deepStrictEqual(["/A/b/", "/a%2Fb", "/a/b?c=/d", "a/b", "/a/b#c", "/", "", "/%zz"].map(comparablePath), [
      "/a/b",
      "/a/b",
      "/a/b",
      "/a/b",
      "/a/b",
      "/",
      "/",
      "/%zz"
    ])
  })
})

describe("trustedNetworks", () => {
  it("takes addresses and networks, and names what is neither", () => {
    const good = trustedNetworks(["127.0.0.1", " 10.0.0.0/8", "::1", "fd00::/8"])
    assert.strictEqual(Result.isSuccess(good) && good.success.length, 4)
    const bad = trustedNetworks(["127.0.0.1", "localhost"])
    assert.include(Result.isFailure(bad) ? bad.failure : "", `"localhost"`)
  })
})
