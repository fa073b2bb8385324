import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { show } from "../../../src/gateway/config/show.ts"
import { check, keys, settings } from "./kit.ts"

const zalo = { channels: { zalo: { botToken: "100:abc" } } }
const of = (rest: object, env: Readonly<Record<string, string>> = {}) => settings(check({ ...zalo, ...rest }, { env }))

describe("logging", () => {
  it.effect("has the documented defaults", () =>
    Effect.gen(function* () {
      const { logging } = yield* of({})
      assert.deepStrictEqual(logging, {
        level: "info",
        format: "auto",
        file: { enabled: true, maxBytes: 10_485_760, maxAge: Duration.days(1), maxFiles: 7 }
      })
    })
  )

  it.effect("reads every key, and shows it", () =>
    Effect.gen(function* () {
      const written = {
        level: "debug",
        format: "json",
        file: { enabled: false, maxBytes: 70_000, maxAge: "12h", maxFiles: 2 }
      }
      const config = yield* of({ logging: written })
      assert.deepStrictEqual(config.logging.file.maxAge, Duration.hours(12))
      assert.deepStrictEqual(show(config)["logging"], written)
    })
  )

  it.effect("the environment's level wins, in any case; warning is warn; a wrong one is a problem that names it", () =>
    Effect.gen(function* () {
      const level = (rest: object, value: string) =>
        Effect.map(of(rest, { ZALO_EFFECT_LOG_LEVEL: value }), ({ logging }) => logging.level)
      assert.strictEqual(yield* level({ logging: { level: "debug" } }, "Warning"), "warn")
      assert.strictEqual(yield* level({}, "NONE"), "none")
      assert.strictEqual((yield* of({ logging: { level: "WARN" } })).logging.level, "warn")
      const wrong = yield* check(zalo, { env: { ZALO_EFFECT_LOG_LEVEL: "loud" } })
      assert.deepStrictEqual(keys(wrong.problems), ["ZALO_EFFECT_LOG_LEVEL"])
    })
  )

  it.effect("tells what is wrong by its key, and warns of the reference's own keys", () =>
    Effect.gen(function* () {
      const { problems, warnings } = yield* check({
        ...zalo,
        logging: { level: "inof", consoleLevel: "info", file: { maxBytes: 10, maxFile: 3 } }
      })
      assert.sameMembers(keys(problems), ["logging.level", "logging.file.maxBytes", "logging.file.maxFile"])
      assert.include(problems.map(({ remedy }) => remedy).join("\n"), 'Did you mean "info"?')
      assert.deepStrictEqual(keys(warnings), ["logging.consoleLevel"])
    })
  )
})

describe("telemetry", () => {
  it.effect("names no collector unless it is told to", () =>
    Effect.gen(function* () {
      const { telemetry } = yield* of({})
      assert.deepStrictEqual(telemetry, {
        enabled: true,
        endpoint: undefined,
        headers: {},
        serviceName: undefined,
        traces: true,
        logs: true,
        sampleRatio: 1
      })
    })
  )

  it.effect("reads every key; a header's value is a secret, and may come from a variable", () =>
    Effect.gen(function* () {
      const telemetry = {
        enabled: true,
        endpoint: "https://otlp.example.com/otlp/",
        headers: { authorization: "${OTLP_AUTH}" },
        serviceName: "shop",
        traces: false,
        logs: true,
        sampleRatio: 0.25
      }
      const config = yield* of({ telemetry }, { OTLP_AUTH: "Basic s3cret" })
      assert.strictEqual(config.telemetry.endpoint, "https://otlp.example.com/otlp")
      const [header] = Object.values(config.telemetry.headers)
      assert.strictEqual(header === undefined ? "" : Redacted.value(header), "Basic s3cret")
      assert.deepStrictEqual(show(config)["telemetry"], {
        ...telemetry,
        endpoint: "https://otlp.example.com/otlp",
        headers: { authorization: "***" }
      })
      assert.notInclude(JSON.stringify([show(config), config]), "s3cret")
    })
  )

  it.effect("a secret that cannot be had is a problem for who serves, and none for other commands", () =>
    Effect.gen(function* () {
      const value = { ...zalo, telemetry: { headers: { authorization: "${OTLP_AUTH}" } } }
      assert.deepStrictEqual(keys((yield* check(value)).problems), ["telemetry.headers.authorization"])
      assert.isTrue((yield* check(value, {}, { secrets: "optional" })).ok)
    })
  )

  it.effect("an address with a password in it, a share above one, and unknown keys are problems", () =>
    Effect.gen(function* () {
      const { problems } = yield* check({
        ...zalo,
        telemetry: { endpoint: "https://me:secret@otlp.test", sampleRatio: 2, sampler: "all" }
      })
      assert.sameMembers(keys(problems), ["telemetry.endpoint", "telemetry.sampleRatio", "telemetry.sampler"])
      assert.notInclude(JSON.stringify(problems), "me:secret")
    })
  )
})
