import * as fs from "node:fs"
import * as Schema from "effect/Schema"
import { AccountId } from "../../src/domain/ids.ts"

const Line = Schema.fromJsonString(
  Schema.Struct({ source: Schema.String, body: Schema.Record(Schema.String, Schema.Unknown) })
)

/** The captured updates of `zalo-bot-api.md` §10. */
export const captures = fs
  .readFileSync(new URL("../fixtures/updates.ndjson", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => Schema.decodeSync(Line)(line))

export const shop = AccountId.make("shop")

/** 2026-11-22, near enough to the captures to be news. */
export const now = Date.UTC(2026, 10, 22)

interface Parts {
  readonly event?: Record<string, unknown>
  readonly message?: Record<string, unknown>
  readonly from?: Record<string, unknown>
  readonly chat?: Record<string, unknown>
}

/** A text message, with other fields where a test says so. `undefined` takes a field away. */
export const textEvent = (id: string, parts: Parts = {}): Record<string, unknown> =>
  JSON.parse(
    JSON.stringify({
      event_name: "message.text.received",
      message: {
        message_id: id,
        date: now,
        text: "xin chào",
        from: { id: "lan", display_name: "Lan", is_bot: false, ...parts.from },
        chat: { id: "lan", chat_type: "PRIVATE", ...parts.chat },
        ...parts.message
      },
      ...parts.event
    })
  )
