import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as TestClock from "effect/testing/TestClock"
import { AgentBridge } from "zalo-effect"
import { FakeZalo, Network, TestGateway } from "zalo-effect/testing"
import { exposition } from "../../src/http/exposition.ts"

const at = `${TestGateway.gatewayOrigin}`

/** What `/metrics` says, by series: name and labels as they are written. */
const scrape = Effect.gen(function* () {
  const { client } = yield* Network
  const answer = yield* client.execute(HttpClientRequest.get(`${at}/metrics`))
  assert.strictEqual(answer.status, 200)
  assert.include(answer.headers["content-type"] ?? "", "text/plain; version=0.0.4")
  const text = yield* answer.text
  assert.isTrue(text.endsWith("\n"))
  const series = new Map<string, number>()
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue
    const cut = line.lastIndexOf(" ")
    const name = line.slice(0, cut)
    assert.match(line, /^[a-z_]+(?:\{[a-z_]+="[^"]*"(?:,[a-z_]+="[^"]*")*\})? (?:[-+\d.e]+|\+Inf)$/)
    assert.isFalse(series.has(name), `twice: ${name}`)
    series.set(name, Number(line.slice(cut + 1).replace("+Inf", "Infinity")))
  }
  return { text, of: (name: string) => series.get(name) }
})

/** A registry of its own, so that other tests' counters are not seen. */
const alone = <A, E, R>(options: TestGateway.TestGatewayOptions, test: Effect.Effect<A, E, R>) =>
  test.pipe(
    Effect.provide(
      TestGateway.layer(options).pipe(Layer.provideMerge(Layer.sync(Metric.MetricRegistry, () => new Map())))
    )
  )

it.effect("before the first message the series that alerts need are there, at zero", () =>
  alone(
    {},
    Effect.gen(function* () {
      const { of } = yield* scrape
      assert.deepStrictEqual(
        [
          of('zalo_admitted_total{account="default",source="polling"}'),
          of('zalo_duplicates_total{account="default",source="webhook"}'),
          of('zalo_turns_total{account="default",outcome="answered"}'),
          of('zalo_sends_total{account="default",method="sendMessage",result="unknown"}'),
          of('zalo_rate_limited_total{account="default"}'),
          of('zalo_agent_duration_seconds_count{account="default"}'),
          of('zalo_inbox_pending{account="default"}'),
          of('zalo_oldest_unprocessed_seconds{account="default"}'),
          of('zalo_dead{account="default",queue="inbox"}'),
          of('zalo_dead{account="default",queue="outbox"}'),
          of('zalo_unknown{account="default"}'),
          of('zalo_outbox_queued{account="default"}'),
          of('zalo_quota_used{account="default"}')
        ],
        Array.from({ length: 13 }, () => 0)
      )
      assert.strictEqual(of('zalo_quota_limit{account="default"}'), 3_000)
      assert.strictEqual(of('zalo_pace_limit_per_second{account="default"}'), Number.POSITIVE_INFINITY)
      assert.strictEqual(of('zalo_transport_ready{account="default",transport="polling"}'), 1)
      assert.strictEqual(of("zalo_journal_ready"), 1)
      assert.strictEqual(of('zalo_build_info{version="unknown"}'), 1)
    })
  )
)

it.effect(
  "an answered message, a stranger and a failing agent are counted by what became of them, and nobody is named",
  () =>
    alone(
      {
        dmPolicy: "allowlist",
        allowFrom: ["*"],
        agent: AgentBridge.layerFunction((turn) =>
          turn.message.text === "fail"
            ? Effect.fail("no")
            : Effect.as(Effect.sleep("700 millis"), `re: ${turn.message.text}`)
        )
      },
      Effect.gen(function* () {
        const lan = (yield* FakeZalo).user("Lan")
        yield* lan.says("hai")
        yield* TestClock.adjust("1 second")
        assert.strictEqual(yield* lan.hears, "re: hai")
        yield* lan.says("fail")
        const { of, text } = yield* scrape
        assert.strictEqual(of('zalo_admitted_total{account="default",source="polling"}'), 2)
        assert.strictEqual(of('zalo_turns_total{account="default",outcome="answered"}'), 1)
        assert.strictEqual(of('zalo_turns_total{account="default",outcome="retried"}'), 1)
        assert.strictEqual(of('zalo_sends_total{account="default",method="sendMessage",result="sent"}'), 1)
        assert.strictEqual(of('zalo_agent_duration_seconds_bucket{account="default",le="0.5"}'), 1)
        assert.strictEqual(of('zalo_agent_duration_seconds_bucket{account="default",le="1"}'), 2)
        assert.strictEqual(of('zalo_quota_used{account="default"}'), 1)
        assert.strictEqual(of('zalo_inbox_pending{account="default"}'), 1)
        yield* TestClock.adjust("500 millis")
        assert.strictEqual((yield* scrape).of('zalo_oldest_unprocessed_seconds{account="default"}'), 0.5)
        assert.notInclude(text, lan.id)
        assert.notInclude(text, "Lan")
      })
    )
)

it.effect("what is ignored is counted by its reason, deliveries by their answers, and repetitions as duplicates", () =>
  alone(
    { transport: "webhook", dmPolicy: "disabled" },
    Effect.gen(function* () {
      const lan = (yield* FakeZalo).user("Lan")
      yield* lan.says("chào")
      const { client } = yield* Network
      const body = `{"event_name":"message.text.received","message":{"message_id":"m1","date":0,"text":"xin",
        "from":{"id":"u1"},"chat":{"id":"u1"}}}`
      const post = HttpClientRequest.post(`${at}/zalo`).pipe(
        HttpClientRequest.setHeader("x-bot-api-secret-token", "a-secret-of-the-test-kit"),
        HttpClientRequest.bodyText(body, "application/json")
      )
      assert.strictEqual((yield* client.execute(HttpClientRequest.get(`${at}/zalo`))).status, 405)
      assert.strictEqual((yield* client.execute(post)).status, 200)
      assert.strictEqual((yield* client.execute(post)).status, 200)
      const { of } = yield* scrape
      assert.strictEqual(of('zalo_ignored_total{account="default",reason="dm-disabled"}'), 2)
      assert.strictEqual(of('zalo_admitted_total{account="default",source="webhook"}'), 2)
      assert.strictEqual(of('zalo_duplicates_total{account="default",source="webhook"}'), 1)
      assert.strictEqual(of('zalo_webhook_answers_total{account="default",status="200"}'), 4, "with Zalo's own probe")
      assert.strictEqual(of('zalo_webhook_answers_total{account="default",status="405"}'), 1)
    })
  )
)

it("labels and numbers are written as Prometheus reads them", () => {
  assert.strictEqual(
    exposition([
      {
        name: "a",
        help: "Some.",
        type: "gauge",
        samples: [{ labels: { x: 'q"\\\n' }, value: Number.POSITIVE_INFINITY }]
      },
      { name: "b", help: "None.", type: "counter", samples: [] }
    ]),
    '# HELP a Some.\n# TYPE a gauge\na{x="q\\"\\\\\\n"} +Inf\n# HELP b None.\n# TYPE b counter\n'
  )
})
