import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Tracer from "effect/Tracer"
import { traceHeaders } from "../../src/agent/traceHeaders.ts"

const parent = (sampled: boolean) => Tracer.externalSpan({ traceId: "a".repeat(32), spanId: "b".repeat(16), sampled })

it.effect("an agent is told the trace of its turn, in the form of W3C Trace Context", () =>
  Effect.gen(function* () {
    const told = (sampled: boolean) => traceHeaders.pipe(Effect.withSpan("turn", { parent: parent(sampled) }))
    assert.match((yield* told(true))["traceparent"] ?? "", /^00-a{32}-[0-9a-f]{16}-01$/)
    assert.match((yield* told(false))["traceparent"] ?? "", /^00-a{32}-[0-9a-f]{16}-00$/)
  })
)

it.effect("and of nothing where nothing is traced", () =>
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* traceHeaders, {})
    assert.deepStrictEqual(yield* traceHeaders.pipe(Effect.withSpan("turn"), Effect.withTracerEnabled(false)), {})
  })
)
