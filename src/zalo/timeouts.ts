import * as Duration from "effect/Duration"

/** The methods of the Bot API (`zalo-bot-api.md` §4), as they stand in the path: case matters. */
export type Method =
  | "getMe"
  | "getUpdates"
  | "setWebhook"
  | "testWebhook"
  | "deleteWebhook"
  | "getWebhookInfo"
  | "sendMessage"
  | "sendPhoto"
  | "sendSticker"
  | "sendVoice"
  | "sendChatAction"

const usual = Duration.seconds(30)

/**
 * How long each method may take before its answer is given up. An outbox row is overdue at this plus 5 s (`design.md`
 * §3). `getUpdates` is not here: see `pollTimeout`.
 */
export const timeouts: { readonly [M in Exclude<Method, "getUpdates">]: Duration.Duration } = {
  getMe: usual,
  setWebhook: usual,
  testWebhook: usual,
  deleteWebhook: usual,
  getWebhookInfo: usual,
  sendMessage: usual,
  // Zalo fetches the picture before it answers, and takes its time over it: `zalo-bot-api.md` §5.8.
  sendPhoto: Duration.seconds(150),
  sendSticker: usual,
  sendVoice: usual,
  // A typing mark that comes late is worth nothing.
  sendChatAction: Duration.seconds(5)
}

/** Zalo ends a poll some 20 to 200 ms after its `timeout` (§5.2); clients need a margin of 5 to 20 s over it. */
export const pollTimeout = (timeout: Duration.Duration): Duration.Duration =>
  Duration.sum(timeout, Duration.seconds(10))
