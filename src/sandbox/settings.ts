import * as Schema from "effect/Schema"

/**
 * How this Zalo behaves where its users disagree about the real one, or where the real one cannot be reached from a
 * laptop. Times are milliseconds.
 */
export const Switches = Schema.Struct({
  /**
   * What becomes of a message that arrives while no poll waits (`zalo-bot-api.md` §5.2): `kept` until somebody polls,
   * `lost` at once, or `replays`: kept, and handed out again and again on later polls.
   */
  delivery: Schema.Literals(["kept", "lost", "replays"]),
  /** HTTP status of an `ok:false` answer: always 200, or the error's own code (§3.4). */
  errorStatus: Schema.Literals(["ok", "real"]),
  /** A webhook's body: the bare update, or wrapped in `{ok, result}` as the official pages say (§7). */
  webhookBody: Schema.Literals(["flat", "wrapped"]),
  /** The key of a picture's address: `photo_url` in traffic, `photo` on the official pages (§6.2). */
  photoField: Schema.Literals(["photo_url", "photo"]),
  /** How many times more each update is delivered to a webhook that already took it. */
  duplicates: Schema.Int,
  /** How often a failed delivery is tried again before it is given up. */
  webhookRetries: Schema.Int,
  /** The wait before the first new try; it grows by itself with each one. */
  webhookRetryMs: Schema.Finite,
  /** How long a webhook may take to answer. */
  webhookTimeoutMs: Schema.Finite,
  /** Whether a chat's next delivery waits for the one before, or all go out at once. */
  webhookOrder: Schema.Literals(["chat", "none"]),
  /**
   * Where a webhook's origin is really served: Zalo insists on https and a public name, so
   * `{"https://sandbox.zalo.test": "http://127.0.0.1:8787"}` brings the deliveries home.
   */
  webhookTargets: Schema.Record(Schema.String, Schema.String),
  /** More polls than this in one second get nginx's HTML 429; 0 never. */
  pollsPerSecond: Schema.Finite,
  /** Sends to a chat that never wrote to this bot. */
  strangers: Schema.Literals(["refused", "accepted"]),
  /** Whether texts may have a look (`text_styles`, `parse_mode`): the real one has it since mid-2026 (§5.7). */
  textStyles: Schema.Literals(["taken", "refused"]),
  /** Whether the address of a sent photo is fetched, or believed. */
  photoFetch: Schema.Literals(["fetched", "believed"]),
  /** How long after the answer a photo is fetched the second time (§5.8). */
  photoRefetchMs: Schema.Finite,
  /** How long "is typing" stays after a `sendChatAction`. */
  typingMs: Schema.Finite
})
export type Switches = typeof Switches.Type

/** A Zalo that behaves as most reports say. */
export const defaultSwitches: Switches = {
  delivery: "kept",
  errorStatus: "ok",
  webhookBody: "flat",
  photoField: "photo_url",
  duplicates: 0,
  webhookRetries: 3,
  webhookRetryMs: 1000,
  webhookTimeoutMs: 5000,
  webhookOrder: "chat",
  webhookTargets: {},
  pollsPerSecond: 0,
  strangers: "refused",
  textStyles: "taken",
  photoFetch: "fetched",
  photoRefetchMs: 1000,
  typingMs: 5000
}

/**
 * Something that goes wrong with a call.
 *
 * - `delay`: `ms` before the call is taken (or, with `taken`, before its answer). A client that leaves meanwhile changes
 *   nothing: the call is taken all the same
 * - `hang`: no answer, ever
 * - `drop`: the connection is cut
 * - `tear`: the answer's head and the first `share` (0 to 1, default a half) of its body, then the connection is cut
 * - `html`: a gateway's page with `status` (429, 502, 504) instead of the answer
 * - `error`: `{"ok":false}` with `code` and `description`
 */
export const Fault = Schema.Struct({
  kind: Schema.Literals(["delay", "hang", "drop", "tear", "html", "error"]),
  /** One of the eleven methods; absent: any of them. */
  method: Schema.optionalKey(Schema.String),
  /** Only calls about this chat. */
  chat: Schema.optionalKey(Schema.String),
  /** Whether the call has its effect before it goes wrong. Default false. */
  taken: Schema.optionalKey(Schema.Boolean),
  /** The next `times` calls; absent: every one until cleared. */
  times: Schema.optionalKey(Schema.Int),
  /** This many matching calls pass first. */
  after: Schema.optionalKey(Schema.Int),
  /** Probability, 0 to 1. Default 1. */
  chance: Schema.optionalKey(Schema.Finite),
  ms: Schema.optionalKey(Schema.Finite),
  share: Schema.optionalKey(Schema.Finite),
  status: Schema.optionalKey(Schema.Int),
  code: Schema.optionalKey(Schema.Int),
  description: Schema.optionalKey(Schema.String)
})
export type Fault = typeof Fault.Type
