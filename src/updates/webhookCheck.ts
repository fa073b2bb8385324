import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Verification } from "../zalo/wire.ts"
import { isVerified, verificationProblem } from "./verification.ts"

/** What Zalo found when it called a webhook (`zalo-bot-api.md` §5.4), kept for people who ask later. */
export const WebhookCheck = Schema.Struct({
  /** ISO 8601, UTC. */
  at: Schema.String,
  /** Who had it called: the gateway when it set the webhook, or a command. */
  by: Schema.Literals(["gateway", "command"]),
  ok: Schema.Boolean,
  /** Zalo's own word, such as `webhook.http.403`; an open list. */
  outcome: Schema.NullOr(Schema.String),
  statusCode: Schema.NullOr(Schema.Int),
  latencyMs: Schema.NullOr(Schema.Finite),
  /** In plain words with the remedy; null when all is well. */
  problem: Schema.NullOr(Schema.String)
})
export type WebhookCheck = typeof WebhookCheck.Type

export const checkOf = (verification: Verification, by: WebhookCheck["by"]): Effect.Effect<WebhookCheck> =>
  Effect.map(Clock.currentTimeMillis, (now) => ({
    at: DateTime.formatIso(DateTime.makeUnsafe(now)),
    by,
    ok: isVerified(verification),
    outcome: verification.outcome ?? null,
    statusCode: verification.statusCode ?? null,
    latencyMs: verification.latencyMs ?? null,
    problem: verificationProblem(verification)
  }))

export const encodeCheck = Schema.encodeSync(Schema.fromJsonString(WebhookCheck))
export const decodeCheck = Schema.decodeUnknownOption(Schema.fromJsonString(WebhookCheck))
