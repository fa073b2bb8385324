import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import { HttpClient, make } from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import type { HttpClientRequest } from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { AgentBridge } from "zalo-effect"
import { EmulatedZalo, FakeZalo, TestGateway } from "zalo-effect/testing"
import type { TelemetrySettings } from "../../src/gateway/config/telemetry.ts"
import * as telemetry from "../../src/node/telemetry/layer.ts"
import { samplerOf } from "../../src/node/telemetry/sampler.ts"
import { traceIds } from "../../src/node/telemetry/traceId.ts"

const Attribute = Schema.Struct({ key: Schema.String, value: Schema.Record(Schema.String, Schema.Unknown) })
const Span = Schema.Struct({
  traceId: Schema.String,
  spanId: Schema.String,
  parentSpanId: Schema.optional(Schema.String),
  name: Schema.String,
  attributes: Schema.Array(Attribute)
})
const LogRecord = Schema.Struct({
  body: Schema.Struct({ stringValue: Schema.optional(Schema.String) }),
  traceId: Schema.optional(Schema.String)
})
const Export = Schema.Struct({
  resourceSpans: Schema.optional(
    Schema.Array(Schema.Struct({ scopeSpans: Schema.Array(Schema.Struct({ spans: Schema.Array(Span) })) }))
  ),
  resourceLogs: Schema.optional(
    Schema.Array(
      Schema.Struct({
        resource: Schema.Struct({ attributes: Schema.Array(Attribute) }),
        scopeLogs: Schema.Array(Schema.Struct({ logRecords: Schema.Array(LogRecord) }))
      })
    )
  )
})
const decode = Schema.decodeUnknownSync(Schema.fromJsonString(Export))

/** A collector that is an `HttpClient`. */
class Collector {
  readonly requests: Array<HttpClientRequest> = []
  readonly bodies: Array<string> = []

  readonly layer = Layer.succeed(
    HttpClient,
    make((request) =>
      Effect.sync(() => {
        this.requests.push(request)
        if (request.body._tag === "Uint8Array") this.bodies.push(new TextDecoder().decode(request.body.body))
        return HttpClientResponse.fromWeb(request, new Response("{}"))
      })
    )
  )

  get spans() {
    return this.bodies.flatMap((body) =>
      (decode(body).resourceSpans ?? []).flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
    )
  }

  get logs() {
    return this.bodies.flatMap((body) =>
      (decode(body).resourceLogs ?? []).flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords))
    )
  }
}

const settingsOf = (changes: Partial<TelemetrySettings> = {}): TelemetrySettings => ({
  enabled: true,
  endpoint: undefined,
  headers: {},
  serviceName: undefined,
  traces: true,
  logs: true,
  sampleRatio: 1,
  ...changes
})

const standard = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector.test:4318" }

const observed = (
  collector: Collector,
  env: Readonly<Record<string, string>> = standard,
  settings: Partial<TelemetrySettings> = {}
) =>
  telemetry
    .layer(settingsOf(settings))
    .pipe(
      Layer.provideMerge(Logger.layer([])),
      Layer.provide(collector.layer),
      Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env: { ...env } })))
    )

/** Runs a gateway under telemetry; what is exported is complete when it has ended. */
const traced = <A, E, R>(
  collector: Collector,
  options: TestGateway.TestGatewayOptions,
  test: Effect.Effect<A, E, R>,
  env?: Readonly<Record<string, string>>,
  settings?: Partial<TelemetrySettings>
) => Effect.provide(test, TestGateway.layer(options).pipe(Layer.provideMerge(observed(collector, env, settings))))

const attributeOf = (span: typeof Span.Type, key: string) =>
  Object.values(span.attributes.find((one) => one.key === key)?.value ?? {})[0]

const secret = "mật khẩu của tôi"

describe.each(["polling", "webhook"] as const)("one trace a message, over %s", (transport) => {
  it.effect("from its receipt over gate, agent and send, below one root whose id follows from the message", () => {
    const collector = new Collector()
    return Effect.gen(function* () {
      let id = ""
      yield* traced(
        collector,
        { transport, dmPolicy: "open", allowFrom: ["*"] },
        Effect.gen(function* () {
          const lan = (yield* FakeZalo).user("Lan")
          id = yield* lan.says(secret)
          assert.strictEqual(yield* lan.hears, secret)
        })
      )
      const ids = traceIds("default", id)
      const mine = collector.spans.filter((span) => span.traceId === ids.traceId)
      assert.sameMembers(
        mine.map(({ name }) => name),
        ["message", "message.turn", "gate", "media", "agent", "message.send", "zalo.sendMessage"]
      )
      const root = mine.find(({ name }) => name === "message")
      assert.deepStrictEqual([root?.spanId, root?.parentSpanId], [ids.spanId, undefined])
      // Every other span hangs below another one of the same trace.
      const known = new Set(mine.map(({ spanId }) => spanId))
      for (const span of mine) if (span !== root) assert.isTrue(known.has(span.parentSpanId ?? ""), span.name)
      const turn = mine.find(({ name }) => name === "message.turn")
      const send = mine.find(({ name }) => name === "message.send")
      assert.ok(root !== undefined && turn !== undefined && send !== undefined)
      assert.deepStrictEqual(
        [
          attributeOf(root, "zalo.source"),
          attributeOf(turn, "zalo.account"),
          attributeOf(turn, "zalo.message_id"),
          attributeOf(turn, "zalo.attempt"),
          attributeOf(turn, "zalo.outcome"),
          attributeOf(send, "zalo.outcome"),
          attributeOf(send, "zalo.outbox")
        ],
        [transport, "default", id, 1, "answered", "sent", "out:1"]
      )
      // Nothing of a message's words, of the token or of the secret goes out, and nothing but messages is traced.
      assert.lengthOf(collector.spans, mine.length)
      const all = collector.bodies.join("\n")
      for (const hidden of [secret, TestGateway.gatewayOrigin, "a-secret-of-the-test-kit", ":test"]) {
        assert.notInclude(all, hidden)
      }
    })
  })
})

const of = (collector: Collector, id: string) =>
  collector.spans.filter(({ traceId }) => traceId === traceIds("default", id).traceId)

it.effect("every try of a turn belongs to the trace of its message", () => {
  const collector = new Collector()
  let failures = 1
  const agent = AgentBridge.layerFunction(() => (failures-- > 0 ? Effect.fail("no") : Effect.succeed("yes")))
  return Effect.gen(function* () {
    let id = ""
    yield* traced(
      collector,
      { dmPolicy: "open", allowFrom: ["*"], agent },
      Effect.gen(function* () {
        const lan = (yield* FakeZalo).user("Lan")
        id = yield* lan.says("hai")
        yield* TestClock.adjust("3 seconds")
        assert.strictEqual(yield* lan.hears, "yes")
      })
    )
    const turns = of(collector, id).filter(({ name }) => name === "message.turn")
    assert.deepStrictEqual(
      turns.map((span) => [attributeOf(span, "zalo.attempt"), attributeOf(span, "zalo.outcome")]),
      [
        [1, "retried"],
        [2, "answered"]
      ]
    )
  })
})

it.effect("a stranger's challenge belongs to the trace of what they wrote", () => {
  const collector = new Collector()
  return Effect.gen(function* () {
    let id = ""
    yield* traced(
      collector,
      { dmPolicy: "pairing" },
      Effect.gen(function* () {
        const minh = (yield* FakeZalo).user("Minh")
        id = yield* minh.says("chào")
        yield* minh.hears
      })
    )
    const mine = of(collector, id)
    assert.sameMembers(
      mine.map(({ name }) => name),
      ["message", "gate", "message.turn", "zalo.sendMessage", "message.send"]
    )
    const turn = mine.find(({ name }) => name === "message.turn")
    assert.strictEqual(turn === undefined ? "" : attributeOf(turn, "zalo.reason"), "pairing")
  })
})

it.effect("logs go to the collector too, and name the trace that they belong to", () => {
  const collector = new Collector()
  return Effect.gen(function* () {
    let id = ""
    yield* traced(
      collector,
      { dmPolicy: "open", allowFrom: ["*"], agent: AgentBridge.layerFunction(() => Effect.fail("no")) },
      Effect.gen(function* () {
        id = yield* (yield* FakeZalo).user("Lan").says("hai")
      })
    )
    const failed = collector.logs.find(({ body }) => body.stringValue?.includes("tried again in 1 s") === true)
    assert.strictEqual(failed?.traceId, traceIds("default", id).traceId)
  })
})

describe("what is exported", () => {
  const spoken = Effect.gen(function* () {
    const lan = (yield* FakeZalo).user("Lan")
    yield* lan.says("hai")
    yield* lan.hears
    return yield* EmulatedZalo
  })
  const exported = (env: Readonly<Record<string, string>>, settings?: Partial<TelemetrySettings>) =>
    Effect.gen(function* () {
      const collector = new Collector()
      yield* traced(
        collector,
        { dmPolicy: "open", allowFrom: ["*"] },
        Effect.andThen(spoken, Effect.logInfo("x")),
        env,
        settings
      )
      return collector
    })
  const kinds = (collector: Collector) => [...new Set(collector.requests.map(({ url }) => url))].toSorted()

  it.effect.each<[string, Readonly<Record<string, string>>, Partial<TelemetrySettings>]>([
    ["nobody names a collector", {}, {}],
    ["the SDK is disabled", { ...standard, OTEL_SDK_DISABLED: "true" }, {}],
    ["the file switches it off", standard, { enabled: false }]
  ])("is nothing where %s", ([, env, settings]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(kinds(yield* exported(env, settings)), [])
    })
  )

  it.effect("is what the variables say first, and the file after them", () =>
    Effect.gen(function* () {
      const base = "http://collector.test:4318/v1"
      assert.deepStrictEqual(kinds(yield* exported(standard)), [`${base}/logs`, `${base}/traces`])
      assert.deepStrictEqual(kinds(yield* exported({ ...standard, OTEL_LOGS_EXPORTER: "none" })), [`${base}/traces`])
      assert.deepStrictEqual(kinds(yield* exported({}, { endpoint: "http://file.test/otlp", traces: false })), [
        "http://file.test/otlp/v1/logs"
      ])
      const both = yield* exported(
        { ...standard, OTEL_EXPORTER_OTLP_HEADERS: "x-key=env" },
        { endpoint: "http://file.test", headers: { "x-key": Redacted.make("file") } }
      )
      assert.deepStrictEqual(kinds(both), [`${base}/logs`, `${base}/traces`])
      assert.strictEqual(both.requests[0]?.headers["x-key"], "env")
      const file = yield* exported({}, { endpoint: "http://file.test", headers: { "x-key": Redacted.make("file") } })
      assert.strictEqual(file.requests[0]?.headers["x-key"], "file")
    })
  )

  it.effect("names the service as it is told to", () =>
    Effect.gen(function* () {
      const name = (env: Readonly<Record<string, string>>, settings?: Partial<TelemetrySettings>) =>
        Effect.map(exported({ ...standard, ...env }, settings), ({ bodies }) =>
          bodies
            .flatMap((body) => decode(body).resourceLogs ?? [])
            .flatMap(({ resource }) => resource.attributes)
            .filter(({ key }) => key === "service.name" || key === "deployment.environment")
            .map(({ key, value }) => `${key}=${String(Object.values(value)[0])}`)
            .slice(0, 2)
            .toSorted()
        )
      assert.deepStrictEqual([...new Set(yield* name({}))], ["service.name=zalo-effect"])
      assert.deepStrictEqual(
        yield* name({ OTEL_RESOURCE_ATTRIBUTES: "deployment.environment=prod,service.name=mine" }),
        ["deployment.environment=prod", "service.name=mine"]
      )
      assert.include(yield* name({ OTEL_SERVICE_NAME: "shop" }, { serviceName: "file" }), "service.name=shop")
      assert.include(yield* name({}, { serviceName: "file" }), "service.name=file")
    })
  )

  it.effect("is of sampled messages only, with all of a message's spans or none", () =>
    Effect.gen(function* () {
      assert.lengthOf((yield* exported({ ...standard, OTEL_TRACES_SAMPLER: "always_off" })).spans, 0)
      assert.lengthOf((yield* exported(standard, { sampleRatio: 0 })).spans, 0)
      const all = yield* exported({ ...standard, OTEL_TRACES_SAMPLER: "parentbased_always_on" }, { sampleRatio: 0 })
      assert.isAbove(all.spans.length, 5)
    })
  )

  it.effect("is nothing, with a word in the log, where a variable cannot be read: the bot works on", () =>
    Effect.gen(function* () {
      const collector = yield* exported({ OTEL_EXPORTER_OTLP_ENDPOINT: "not an address" })
      assert.deepStrictEqual(kinds(collector), [])
    })
  )
})

it("ids are hex, of the right length, and the same for the same message only", () => {
  const { spanId, traceId } = traceIds("shop", "m1")
  assert.match(traceId, /^[0-9a-f]{32}$/)
  assert.match(spanId, /^[0-9a-f]{16}$/)
  assert.deepStrictEqual(traceIds("shop", "m1"), { spanId, traceId })
  assert.notStrictEqual(traceIds("shop", "m2").traceId, traceId)
  // Which part is the account's is not a matter of where they meet.
  assert.notStrictEqual(traceIds("sho", "pm1").traceId, traceId)
})

it("a ratio takes about that share of traces, always the same ones, and a larger one all of them as well", () => {
  const ids = Array.from({ length: 4_000 }, (_, n) => traceIds("shop", String(n)).traceId)
  const share = (arg: string) => {
    const sampler = samplerOf("parentbased_traceidratio", arg)
    assert.ok(sampler !== undefined)
    return ids.filter(sampler)
  }
  const quarter = share("0.25")
  assert.closeTo(quarter.length / ids.length, 0.25, 0.03)
  assert.isTrue(quarter.every((id) => share("0.5").includes(id)))
  assert.lengthOf(share("1"), ids.length)
  assert.lengthOf(share("0"), 0)
  assert.deepStrictEqual(
    [samplerOf("jaeger_remote", undefined), samplerOf("traceidratio", "7"), samplerOf("traceidratio", "x")],
    [undefined, undefined, undefined]
  )
  assert.isTrue(Option.isSome(Option.fromUndefinedOr(samplerOf("always_on", undefined))))
})
