import * as Schema from "effect/Schema"

/** `getMe` (`zalo-bot-api.md` §5.1). `display_name` is in real answers only. */
export const Bot = Schema.Struct({
  id: Schema.String,
  accountName: Schema.optionalKey(Schema.String),
  accountType: Schema.optionalKey(Schema.String),
  canJoinGroups: Schema.optionalKey(Schema.Boolean),
  displayName: Schema.optionalKey(Schema.String)
}).pipe(
  Schema.encodeKeys({
    accountName: "account_name",
    accountType: "account_type",
    canJoinGroups: "can_join_groups",
    displayName: "display_name"
  })
)
export type Bot = typeof Bot.Type

/** What `sendMessage` and its like answer. Accepted without an id is still sent (`design.md` §2). */
export const Sent = Schema.Struct({ messageId: Schema.optionalKey(Schema.String) }).pipe(
  Schema.encodeKeys({ messageId: "message_id" })
)
export type Sent = typeof Sent.Type

/** What Zalo found when it called the webhook (§5.3, §5.4). `outcome` is an open list. */
export const Verification = Schema.Struct({
  ok: Schema.optionalKey(Schema.Boolean),
  url: Schema.optionalKey(Schema.String),
  outcome: Schema.optionalKey(Schema.String),
  statusCode: Schema.optionalKey(Schema.Int),
  latencyMs: Schema.optionalKey(Schema.Finite),
  hint: Schema.optionalKey(Schema.String)
}).pipe(Schema.encodeKeys({ statusCode: "status_code", latencyMs: "latency_ms" }))
export type Verification = typeof Verification.Type

/** The webhook that is set (`zalo-bot-api.md` §5.6). */
export const WebhookInfo = Schema.Struct({
  url: Schema.String,
  updatedAt: Schema.optionalKey(Schema.Finite)
}).pipe(Schema.encodeKeys({ updatedAt: "updated_at" }))
export type WebhookInfo = typeof WebhookInfo.Type

/** `setWebhook`: `verification` is absent on older servers (§5.3). */
export const WebhookSet = Schema.Struct({
  url: Schema.optionalKey(Schema.String),
  verification: Schema.optionalKey(Verification)
})
export type WebhookSet = typeof WebhookSet.Type
