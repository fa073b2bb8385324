import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

const none: Readonly<Record<string, string>> = {}

/** W3C Trace Context of the turn, where it is traced: the agent's own spans can continue its trace. */
export const traceHeaders: Effect.Effect<Readonly<Record<string, string>>> = Effect.map(
  Effect.option(Effect.currentSpan),
  Option.match({
    onNone: () => none,
    onSome: ({ sampled, spanId, traceId }) =>
      /^[0-9a-f]{32}$/.test(traceId) ? { traceparent: `00-${traceId}-${spanId}-${sampled ? "01" : "00"}` } : none
  })
)
