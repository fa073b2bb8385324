import * as Schema from "effect/Schema"

/** The token is not (or no longer) good: `zalo-bot-api.md` §2.1. */
export class Unauthorized extends Schema.TaggedError<Unauthorized>()("Unauthorized", {}) {}

/** `getUpdates` while a webhook is set: §3.3. */
export class WebhookActive extends Schema.TaggedError<WebhookActive>()("WebhookActive", {}) {}

/** No such method, or nothing there (`getWebhookInfo` without a webhook): §3.3. */
export class NotFound extends Schema.TaggedError<NotFound>()("NotFound", { description: Schema.String }) {}

/** Zalo read the request and said no. */
export class InvalidRequest extends Schema.TaggedError<InvalidRequest>()("InvalidRequest", {
  code: Schema.Int,
  description: Schema.String
}) {}

/** JSON 429 (and 426 of `testWebhook`): a quota, minutes to a month: §3.2, §9. */
export class QuotaExceeded extends Schema.TaggedError<QuotaExceeded>()("QuotaExceeded", {
  description: Schema.String
}) {}

/** The gateway's HTML 429: too many requests a second: §3.5. */
export class RateLimited extends Schema.TaggedError<RateLimited>()("RateLimited", {}) {}

/** 403 (documented as a server fault) and 5xx, as JSON or as a gateway's page: §3.2, §3.5. */
export class ServerFault extends Schema.TaggedError<ServerFault>()("ServerFault", {
  code: Schema.Int,
  description: Schema.String
}) {}

/** The request surely never reached Zalo: `design.md` §2 has the closed list. `code` is Node's. */
export class Unreachable extends Schema.TaggedError<Unreachable>()("Unreachable", { code: Schema.String }) {}

/** No usable answer: Zalo may have taken the request. */
export class Unclear extends Schema.TaggedError<Unclear>()("Unclear", {
  why: Schema.Literals(["timeout", "connection-lost", "request-timeout"])
}) {}

/** An answer that is neither JSON in Zalo's envelope nor a known page. */
export class Undecodable extends Schema.TaggedError<Undecodable>()("Undecodable", {
  /** HTTP status. */
  status: Schema.Int,
  detail: Schema.String
}) {}

/** Why a call failed. */
export const ZaloReason = Schema.Union([
  Unauthorized,
  WebhookActive,
  NotFound,
  InvalidRequest,
  QuotaExceeded,
  RateLimited,
  ServerFault,
  Unreachable,
  Unclear,
  Undecodable
])
export type ZaloReason = typeof ZaloReason.Type

/**
 * What a failed call allows.
 *
 * - `retry`: it surely had no effect and may work later
 * - `stop`: it surely had no effect and never will work as it is
 * - `unknown`: it may have had its effect (never said of a poll: asking again costs nothing)
 */
export type Allows = "retry" | "stop" | "unknown"

/** One failed call of the Bot API. It holds no request, no address and no token. */
export class ZaloError extends Schema.TaggedError<ZaloError>()("ZaloError", {
  method: Schema.String,
  /** How Zalo itself said no: as `ok:false` in JSON. False for pages, time-outs and broken connections. */
  explicit: Schema.Boolean,
  reason: ZaloReason
}) {
  override get message(): string {
    return `${this.method}: ${describe(this.reason)}`
  }

  /** For `getUpdates` and the other calls that may be asked again. */
  get poll(): Exclude<Allows, "unknown"> {
    switch (this.reason._tag) {
      case "Unauthorized":
      case "WebhookActive":
      case "NotFound":
      case "InvalidRequest":
        return "stop"
      default:
        return "retry"
    }
  }

  /** For the calls that people see: `design.md` §2, "Sends". */
  get send(): Allows {
    switch (this.reason._tag) {
      case "Unreachable":
      case "RateLimited":
      case "QuotaExceeded":
        return "retry"
      case "ServerFault":
        return this.explicit && this.reason.code < 500 ? "retry" : "unknown"
      case "Unclear":
      case "Undecodable":
        return "unknown"
      default:
        return this.explicit ? "stop" : "unknown"
    }
  }
}

const describe = (reason: ZaloReason): string => {
  switch (reason._tag) {
    case "Unauthorized":
      return "the token was refused (401): it was reset or mistyped"
    case "WebhookActive":
      return "a webhook is set, so nothing can be polled"
    case "NotFound":
      return `not found (404): ${reason.description}`
    case "InvalidRequest":
      return `refused (${reason.code}): ${reason.description}`
    case "QuotaExceeded":
      return `quota exceeded: ${reason.description}`
    case "RateLimited":
      return "too many requests (429)"
    case "ServerFault":
      return `server fault (${reason.code}): ${reason.description}`
    case "Unreachable":
      return `not reachable (${reason.code})`
    case "Unclear":
      return `no clear answer (${reason.why})`
    case "Undecodable":
      return `unreadable answer (HTTP ${reason.status}): ${reason.detail}`
  }
}
