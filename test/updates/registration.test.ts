import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as SubscriptionRef from "effect/SubscriptionRef"
import { TestClock } from "effect/testing"
import { createHash } from "node:crypto"
import { AccountState, type RememberedWebhook } from "../../src/journal/AccountState.ts"
import { JournalError } from "../../src/journal/Journal.ts"
import { runWebhook } from "../../src/updates/registration.ts"
import * as Status from "../../src/updates/TransportStatus.ts"
import { verificationWarning } from "../../src/updates/verification.ts"
import type { Verification, WebhookSet } from "../../src/zalo/wire.ts"
import type { ZaloApi } from "../../src/zalo/ZaloApi.ts"
import * as Zalo from "../../src/zalo/ZaloError.ts"
import { now, shop } from "./samples.ts"
import { bot, fails, heard } from "./zalo.ts"

const url = "https://bot.example.test/hook"
const secret = "a-secret-of-zalo"
const secretHash = createHash("sha256").update(secret).digest("hex")

/** What is remembered over restarts. */
const memory = (remembered?: RememberedWebhook, broken = false) => {
  const held = { webhook: remembered }
  const layer = Layer.mock(AccountState, {
    webhook: () => Effect.sync(() => Option.fromUndefinedOr(held.webhook)),
    rememberWebhook: (_account, webhook) =>
      broken
        ? Effect.fail(new JournalError({ reason: "full", detail: "no space" }))
        : Effect.sync(() => void (held.webhook = webhook))
  })
  return { held, layer: Layer.merge(layer, NodeCrypto.layerDigest) }
}

/** A Zalo that remembers a webhook. `trouble` comes before an answer. */
const zalo = (named?: string) => {
  const held = {
    url: named,
    sets: [] as ReadonlyArray<string>,
    looks: 0,
    answer: {} as WebhookSet,
    trouble: (_method: "getWebhookInfo" | "setWebhook"): Zalo.ZaloReason | undefined => undefined
  }
  const api = bot({
    getWebhookInfo: Effect.suspend(() => {
      held.looks++
      const trouble = held.trouble("getWebhookInfo")
      if (trouble !== undefined) return fails(trouble, "getWebhookInfo")
      return Effect.succeed(held.url === undefined ? Option.none() : Option.some({ url: held.url }))
    }),
    setWebhook: (options) =>
      Effect.suspend(() => {
        held.sets = [...held.sets, `${options.url} ${Redacted.value(options.secret)}`]
        const trouble = held.trouble("setWebhook")
        if (trouble !== undefined) return fails(trouble, "setWebhook")
        held.url = held.answer.url ?? options.url
        return Effect.succeed(held.answer)
      })
  })
  return { held, api }
}

const start = Effect.fnUntraced(function* (api: ZaloApi["Service"]) {
  const status = yield* Status.make({ transport: "webhook", patience: Duration.minutes(6) })
  const events: Array<string> = []
  yield* TestClock.setTime(now)
  const fiber = yield* runWebhook({
    account: shop,
    api,
    status,
    url,
    secret: Redacted.make(secret),
    onBot: ({ id }) => Effect.sync(() => void events.push(`bot ${id}`)),
    onTokenRefused: Effect.sync(() => void events.push("token refused"))
  }).pipe(Effect.delay("1 millis"), Effect.forkChild)
  yield* TestClock.adjust("1 millis")
  const report = SubscriptionRef.get(status.report)
  const standing = Effect.flatMap(report, (found) =>
    Effect.map(Clock.currentTimeMillis, (time) => [Status.isReady(found, time), Status.reasonOf(found, time)] as const)
  )
  return { fiber, events, standing, state: Effect.map(report, (found) => found.state) }
})

const quiet = Logger.layer([])

describe("runWebhook", () => {
  it.effect("sets the webhook where none is, remembers it without its secret, and looks every five minutes", () => {
    const { held: kept, layer } = memory()
    const { held, api } = zalo()
    return Effect.gen(function* () {
      const { events, standing, fiber } = yield* start(api)
      assert.deepStrictEqual([held.sets, held.looks], [[`${url} ${secret}`], 1])
      assert.deepStrictEqual(kept.webhook, { url, secretHash })
      assert.deepStrictEqual(events, ["bot 77"])
      assert.deepStrictEqual(yield* standing, [true, null])
      yield* TestClock.adjust("4 minutes")
      assert.strictEqual(held.looks, 1)
      yield* TestClock.adjust("11 minutes")
      assert.deepStrictEqual([held.sets.length, held.looks], [1, 4])
      assert.deepStrictEqual(yield* standing, [true, null])
      // `deleteWebhook` is unexpected: it would be a defect.
      yield* Fiber.interrupt(fiber)
    }).pipe(Effect.provide(Layer.merge(layer, quiet)))
  })

  it.effect("sets it again only when the address or the secret changed, or Zalo names another", () => {
    const remembered = { url, secretHash }
    const other = "https://old.example.test/hook"
    const cases: ReadonlyArray<readonly [RememberedWebhook | undefined, string | undefined, number]> = [
      [remembered, url, 0],
      [remembered, "https://BOT.example.test:443/hook", 0],
      [{ ...remembered, url: other }, url, 1],
      [{ ...remembered, secretHash: "other" }, url, 1],
      [undefined, url, 1],
      [remembered, other, 1],
      [remembered, undefined, 1],
      [remembered, "", 1]
    ]
    return Effect.gen(function* () {
      for (const [known, named, sets] of cases) {
        const { held: kept, layer } = memory(known)
        const { held, api } = zalo(named)
        yield* Effect.gen(function* () {
          const { standing, fiber } = yield* start(api)
          assert.strictEqual(held.sets.length, sets, `${JSON.stringify(known)} ${named}`)
          assert.deepStrictEqual(kept.webhook, remembered)
          assert.deepStrictEqual(yield* standing, [true, null])
          yield* Fiber.interrupt(fiber)
        }).pipe(Effect.provide(layer))
      }
    }).pipe(Effect.provide(quiet))
  })

  it.effect("takes its place again when somebody else set one, and is not ready until then", () => {
    const { layer } = memory()
    const { held, api } = zalo()
    const { lines, layer: log } = heard()
    return Effect.gen(function* () {
      const { standing } = yield* start(api)
      held.url = "https://other.example.test/their/s3cret"
      held.trouble = (method) =>
        method === "setWebhook" ? new Zalo.ServerFault({ code: 502, description: "" }) : undefined
      yield* TestClock.adjust("5 minutes")
      assert.deepStrictEqual(yield* standing, [false, "the webhook was set to https://other.example.test"])
      held.trouble = () => undefined
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual([held.url, ...(yield* standing)], [url, true, null])
      assert.notMatch(lines.join("\n"), /s3cret|a-secret/)
    }).pipe(Effect.provide(Layer.merge(layer, log)))
  })

  it.effect("sets it once though Zalo writes the address in its own way", () => {
    const { layer } = memory()
    const { held, api } = zalo()
    held.answer = { url: `${url}/?zalo=1` }
    return Effect.gen(function* () {
      const { standing } = yield* start(api)
      yield* TestClock.adjust("20 minutes")
      assert.deepStrictEqual([held.sets.length, ...(yield* standing)], [1, true, null])
    }).pipe(Effect.provide(Layer.merge(layer, quiet)))
  })

  it.effect("sets it once though that cannot be noted", () => {
    const { layer } = memory(undefined, true)
    const { held, api } = zalo()
    return Effect.gen(function* () {
      const { standing } = yield* start(api)
      yield* TestClock.adjust("20 minutes")
      assert.deepStrictEqual([held.sets.length, ...(yield* standing)], [1, true, null])
    }).pipe(Effect.provide(Layer.merge(layer, quiet)))
  })

  it.effect("counts as registered when Zalo's test call failed, and says what to do", () => {
    const { layer } = memory()
    const { held, api } = zalo()
    held.answer = { verification: { ok: false, outcome: "webhook.http.403", statusCode: 403 } }
    return Effect.gen(function* () {
      const { standing } = yield* start(api)
      yield* TestClock.adjust("6 minutes")
      const [ready, reason] = yield* standing
      assert.isTrue(ready)
      assert.match(reason ?? "", /HTTP 403.*user agent "Java/)
    }).pipe(Effect.provide(Layer.merge(layer, quiet)))
  })

  it.effect("backs off while Zalo cannot be asked, and is not ready before it was set", () => {
    const { layer } = memory()
    const { held, api } = zalo()
    held.trouble = (method) => (method === "getWebhookInfo" ? new Zalo.Unclear({ why: "timeout" }) : undefined)
    return Effect.gen(function* () {
      const { standing } = yield* start(api)
      assert.deepStrictEqual((yield* standing)[0], false)
      yield* TestClock.adjust("10 seconds")
      assert.isTrue(held.looks >= 3 && held.looks <= 5, `${held.looks} looks`)
      held.trouble = () => undefined
      yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual(yield* standing, [true, null])
      held.trouble = () => new Zalo.Unclear({ why: "timeout" })
      yield* TestClock.adjust("5 minutes")
      assert.deepStrictEqual(yield* standing, [true, "getWebhookInfo: no clear answer (timeout)"])
      yield* TestClock.adjust("2 minutes")
      assert.isFalse((yield* standing)[0])
      held.trouble = () => undefined
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(yield* standing, [true, null])
      assert.strictEqual(held.sets.length, 1)
    }).pipe(Effect.provide(Layer.merge(layer, quiet)))
  })

  it.effect("does not ask often for what Zalo refuses", () => {
    const { layer } = memory()
    const { held, api } = zalo()
    held.trouble = (method) =>
      method === "setWebhook" ? new Zalo.InvalidRequest({ code: 400, description: "bad url" }) : undefined
    return Effect.gen(function* () {
      const { standing } = yield* start(api)
      assert.deepStrictEqual(yield* standing, [false, "setWebhook: refused (400): bad url"])
      yield* TestClock.adjust("299 seconds")
      assert.strictEqual(held.sets.length, 1)
      yield* TestClock.adjust("1 seconds")
      assert.strictEqual(held.sets.length, 2)
    }).pipe(Effect.provide(Layer.merge(layer, quiet)))
  })

  it.effect("ends when the token is refused", () => {
    const { layer } = memory()
    const { held, api } = zalo()
    return Effect.gen(function* () {
      const { events, standing, fiber, state } = yield* start(api)
      held.trouble = () => new Zalo.Unauthorized()
      yield* TestClock.adjust("1 hour")
      assert.strictEqual(held.looks, 2)
      assert.strictEqual((yield* state)._tag, "Stopped")
      assert.match((yield* standing)[1] ?? "", /^token refused \(401\): /)
      assert.deepStrictEqual(events, ["bot 77", "token refused"])
      assert.isDefined(fiber.pollUnsafe())
    }).pipe(Effect.provide(Layer.merge(layer, quiet)))
  })
})

describe("verificationWarning", () => {
  const of = (verification: Verification) => verificationWarning(verification)

  it("says nothing when all is well or nothing was said", () => {
    assert.strictEqual(verificationWarning(undefined), null)
    assert.strictEqual(of({ ok: true, outcome: "webhook.ok" }), null)
    assert.strictEqual(of({ outcome: "webhook.ok" }), null)
    assert.strictEqual(of({}), null)
  })

  it("has a sentence and a remedy for every outcome that is known, and for those that are not", () => {
    const cases: ReadonlyArray<readonly [string, RegExp]> = [
      ["webhook.http.403", /Cloudflare/],
      ["webhook.http.404", /webhookPath/],
      ["webhook.http.5xx", /logs/],
      ["webhook.http.502", /logs/],
      ["webhook.http.other", /redirects/],
      ["webhook.http.301", /redirects/],
      ["webhook.err.tls", /certificate/],
      ["webhook.err.unreachable", /port/],
      ["webhook.err.dns", /resolves/],
      ["webhook.err.timeout", /in time/],
      ["webhook.err.conn", /listens/],
      ["webhook.err.proxy", /later/],
      ["webhook.err.blocked", /public/],
      ["webhook.err.other", /from outside/],
      ["webhook.err.new-one", /from outside/],
      ["something", /from outside/]
    ]
    for (const [outcome, remedy] of cases) {
      const said = of({ ok: false, outcome, hint: " Zalo's hint. " }) ?? ""
      assert.include(said, outcome)
      assert.match(said, remedy)
      assert.include(said, "Zalo says: Zalo's hint.")
    }
    assert.match(of({ ok: false, statusCode: 521 }) ?? "", /HTTP 521/)
    assert.match(of({ ok: false }) ?? "", /test call failed:/)
  })
})
