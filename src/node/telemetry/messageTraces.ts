import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Tracer from "effect/Tracer"
import type { MessageTraces, TraceFacts, Traced } from "../../journal/MessageTraces.ts"
import type { Sampler } from "./sampler.ts"
import { type TraceIds, traceIds } from "./traceId.ts"

/** Says to the tracer of this program which ids a root has: tracers make them up otherwise. */
const RootIds = Context.Reference<TraceIds | undefined>("zalo-effect/node/telemetry/RootIds", {
  defaultValue: () => undefined
})

/**
 * A tracer whose spans have the ids that are asked for, where some are. Ids are read-only properties of a span by its
 * interface; whoever exports it reads them there.
 */
export const rooted = (inner: Tracer.Tracer): Tracer.Tracer =>
  Tracer.make({
    ...(inner.context === undefined ? {} : { context: inner.context }),
    span: (options) => {
      const ids = Context.get(options.annotations, RootIds)
      const span = inner.span(options)
      return ids === undefined
        ? span
        : Object.defineProperties(span, { traceId: { value: ids.traceId }, spanId: { value: ids.spanId } })
    }
  })

const told = (facts: TraceFacts): Record<string, unknown> => {
  const attributes: Record<string, unknown> = {}
  for (const name in facts) {
    const value = facts[name]
    if (value !== null && value !== undefined) attributes[`zalo.${name}`] = value
  }
  return attributes
}

const idsOf = ({ account, messageId }: Traced) => traceIds(account, messageId)

const nanos = 1_000_000n

/** Traces over whichever tracer is at hand. */
export const makeMessageTraces = (sampler: Sampler): MessageTraces => {
  const root = (traced: Traced) => {
    const ids = idsOf(traced)
    return Tracer.externalSpan({ ...ids, sampled: sampler(ids.traceId) })
  }

  return {
    received: ({ account, chat, facts, messageId, receivedAt }) =>
      Effect.flatMap(Effect.tracer, (tracer) =>
        Clock.clockWith((clock) =>
          Effect.sync(() => {
            const ids = traceIds(account, messageId)
            const startTime = BigInt(receivedAt) * nanos
            const span = tracer.span({
              name: "message",
              parent: Option.none(),
              annotations: Context.make(RootIds, ids),
              links: [],
              startTime,
              kind: "consumer",
              root: true,
              sampled: sampler(ids.traceId)
            })
            const attributes = told({ account, chat, message_id: messageId, ...facts })
            for (const name in attributes) span.attribute(name, attributes[name])
            const now = clock.currentTimeNanosUnsafe()
            span.end(now > startTime ? now : startTime, Exit.void)
          })
        )
      ),

    under: (traced, name, facts) => (effect) =>
      Effect.withSpan(effect, name, {
        parent: root(traced),
        attributes: told({ account: traced.account, message_id: traced.messageId, ...facts }),
        captureStackTrace: false
      }).pipe(Effect.withTracerEnabled(true)),

    step: (name) => Effect.withSpan(name, {}, { captureStackTrace: false }),

    note: (facts) => Effect.annotateCurrentSpan(told(facts))
  }
}
