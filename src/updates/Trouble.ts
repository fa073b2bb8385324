import * as Schema from "effect/Schema"
import type { JournalError } from "../journal/Journal.ts"
import type { ZaloError } from "../zalo/ZaloError.ts"

/** What can be wrong with the way in, as far as it calls for different things to be done. */
export const TroubleKind = Schema.Literals([
  "unreachable",
  "certificate",
  "no-answer",
  "server",
  "rate",
  "unreadable",
  "refused",
  "quota",
  "token-refused",
  "webhook-elsewhere",
  "webhook-gone",
  "webhook-test",
  "lease",
  "store",
  "internal"
])
export type TroubleKind = typeof TroubleKind.Type

/**
 * `wait`: it passes by itself, and nobody here can do anything. `retry`: it is tried again and should work then. `operator`: it stays
 * until somebody does something; it is looked at again now and then.
 */
export const TroubleClass = Schema.Literals(["wait", "retry", "operator"])
export type TroubleClass = typeof TroubleClass.Type

/** One trouble: a sentence for people, and the next step. Neither holds a secret. */
export interface Trouble {
  readonly kind: TroubleKind
  readonly class: TroubleClass
  readonly message: string
  readonly next: string
}

const trouble = (kind: TroubleKind, of: TroubleClass, message: string, next: string): Trouble => ({
  kind,
  class: of,
  message,
  next
})

const certificate = /^(?:CERT_|ERR_TLS|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|HOSTNAME_MISMATCH|INVALID_CA)/

/** What a failed call of the Bot API means for who runs the bot (`zalo-bot-api.md` §3). */
export const ofZalo = (error: ZaloError): Trouble => {
  const { message, reason } = error
  switch (reason._tag) {
    case "Unauthorized":
      return tokenRefused
    case "Unreachable":
      return certificate.test(reason.code)
        ? trouble(
            "certificate",
            "operator",
            message,
            "Something between here and Zalo shows another certificate: look at the proxy, the clock and the system's certificates"
          )
        : trouble(
            "unreachable",
            "wait",
            message,
            "If it stays, look at this machine's network, DNS, proxy and firewall"
          )
    case "Unclear":
      return trouble("no-answer", "wait", message, "If it stays, look at this machine's network and proxy")
    case "ServerFault":
      return trouble("server", "wait", message, "Zalo is in trouble: it is asked again until it is well")
    case "RateLimited":
      return trouble(
        "rate",
        "wait",
        message,
        "It is asked more slowly; if it stays, another program may use this token"
      )
    case "Undecodable":
      return trouble(
        "unreadable",
        "retry",
        message,
        "Something else than Zalo may answer: look at the proxy, and at ZALO_API_URL"
      )
    case "QuotaExceeded":
      return trouble(
        "quota",
        "operator",
        message,
        "Wait for the next day or month, take a larger plan, or set quota to what the plan allows"
      )
    case "WebhookActive":
      return trouble("webhook-elsewhere", "operator", message, "Delete the webhook: zalo-effect webhook delete")
    case "NotFound":
    case "InvalidRequest":
      return trouble("refused", "operator", message, "Look at zalo-effect webhook show, and at ZALO_API_URL")
  }
}

export const tokenRefused: Trouble = trouble(
  "token-refused",
  "operator",
  "token refused (401): it was reset or mistyped; put the new one into the configuration, which is taken up at once",
  "Put the new token into the configuration: it is taken up at once"
)

export const ofStore = (error: JournalError): Trouble =>
  trouble(
    "store",
    error.reason === "busy" ? "wait" : "operator",
    error.message,
    error.reason === "busy"
      ? "Another program holds the store: it is tried again"
      : "Look at zalo-effect doctor: nothing new is taken before the store works again"
  )

export const ofError = (error: ZaloError | JournalError): Trouble =>
  error._tag === "ZaloError" ? ofZalo(error) : ofStore(error)

/** Somebody set a webhook while this account polls. */
export const webhookSet = (where: string): Trouble =>
  trouble(
    "webhook-elsewhere",
    "operator",
    `blocked: a webhook was set at ${where}`,
    "If it is not yours any more: zalo-effect webhook delete; else another program uses this bot"
  )

/** Ours is not the one that is set any more. `where` is undefined when none is. */
export const webhookLost = (where: string | undefined): Trouble =>
  where === undefined
    ? trouble(
        "webhook-gone",
        "retry",
        "no webhook is set any more",
        "It is set again; if it goes again, another program uses this bot"
      )
    : trouble(
        "webhook-elsewhere",
        "operator",
        `the webhook was set to ${where}`,
        "It is set again; if it changes back, another program uses this bot: stop it, or reset the token"
      )

/** A poll or a check hangs. */
export const silent = (message: string): Trouble =>
  trouble("no-answer", "wait", message, "If it stays, look at this machine's network and proxy")

/** The webhook is set, and Zalo's own call did not arrive. */
export const webhookTest = (message: string): Trouble =>
  trouble("webhook-test", "operator", message, "Mend it, then run zalo-effect webhook test")

export const leaseHeld = (message: string): Trouble =>
  trouble("lease", "wait", message, "It begins by itself once the other process has ended")

export const internal: Trouble = trouble(
  "internal",
  "retry",
  "an internal error; see the log",
  "Report it, with the log"
)
