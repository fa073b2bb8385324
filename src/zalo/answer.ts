import type { Method } from "./timeouts.ts"
import {
  InvalidRequest,
  NotFound,
  QuotaExceeded,
  RateLimited,
  ServerFault,
  Unauthorized,
  Unclear,
  Undecodable,
  WebhookActive,
  ZaloError
} from "./ZaloError.ts"
import type { ZaloReason } from "./ZaloError.ts"

/** What Zalo answered, by its body first and its HTTP status second: `zalo-bot-api.md` §3.4. */
export type Answer =
  | { readonly _tag: "Taken"; readonly result: unknown }
  /** `body` is the whole of it as it came, secrets that it echoes included. */
  | { readonly _tag: "Refused"; readonly code: number; readonly description: string; readonly body: unknown }
  /** Not in Zalo's envelope: a gateway's page, or an `ok:false` without a code. `detail` is a short text out of it. */
  | { readonly _tag: "Page"; readonly status: number; readonly detail: string }

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** `error_code` as a number or a numeric string, `errorCode` too (§3.1). Zero is no error's code. */
const codeOf = (body: Record<string, unknown>): number | undefined => {
  const raw = body["error_code"] ?? body["errorCode"]
  const code = typeof raw === "string" && raw.trim() !== "" ? Number(raw) : raw
  return typeof code === "number" && Number.isSafeInteger(code) && code !== 0 ? code : undefined
}

// Error texts go into logs and tables: no more of them than a person reads.
const longest = 300

const snippet = (text: string): string => {
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(text)?.[1]
  return (title ?? text).replaceAll(/\s+/g, " ").trim().slice(0, longest)
}

/** Reads one answer. `scrub` takes the secrets out of whatever text of it is kept. */
export const readAnswer = (status: number, text: string, scrub: (text: string) => string): Answer => {
  const body = parse(text)
  if (!isRecord(body) || typeof body["ok"] !== "boolean") {
    // A page is scrubbed before it is shortened: half a token would not be found.
    const detail = text === "" ? "empty body" : snippet(scrub(text))
    return { _tag: "Page", status, detail }
  }
  if (body["ok"]) return { _tag: "Taken", result: body["result"] }
  const raw = body["description"]
  const description = typeof raw === "string" ? scrub(raw).slice(0, longest) : ""
  const code = codeOf(body)
  if (code !== undefined) return { _tag: "Refused", code, description, body }
  if (/time[- ]?out|timed out/i.test(description)) return { _tag: "Refused", code: 408, description, body }
  return { _tag: "Page", status, detail: `ok:false without a code: ${description}` }
}

/** A poll that ended with nothing new, in the shapes of §5.2 that are errors elsewhere. */
export const isRequestTimeout = (answer: Answer): boolean =>
  (answer._tag === "Refused" && answer.code === 408) || (answer._tag === "Page" && answer.status === 408)

/** A poll has no parameters to get wrong: whatever is said of a webhook then, one is set. Only one wording was seen (§3.3). */
const isWebhookActive = (method: Method, description: string): boolean =>
  method === "getUpdates" ? /webhook/i.test(description) : /webhook is set/i.test(description)

const refused = (method: Method, code: number, description: string): ZaloReason => {
  switch (code) {
    case 400:
      return isWebhookActive(method, description) ? new WebhookActive() : new InvalidRequest({ code, description })
    case 401:
      return new Unauthorized()
    case 403:
      return new ServerFault({ code, description })
    case 404:
      return new NotFound({ description })
    case 408:
      return new Unclear({ why: "request-timeout" })
    case 426:
    case 429:
      return new QuotaExceeded({ description })
    default:
      if (code >= 400 && code < 500) return new InvalidRequest({ code, description })
      if (code >= 500 && code < 600) return new ServerFault({ code, description })
      return new Undecodable({ status: 200, detail: `unknown error_code ${code}: ${description}` })
  }
}

const page = (status: number, detail: string): ZaloReason => {
  switch (status) {
    case 401:
      return new Unauthorized()
    case 403:
      return new ServerFault({ code: status, description: detail })
    case 404:
      return new NotFound({ description: detail })
    case 408:
      return new Unclear({ why: "request-timeout" })
    case 429:
      return new RateLimited()
    default:
      if (status >= 500 && status < 600) return new ServerFault({ code: status, description: detail })
      return new Undecodable({ status, detail })
  }
}

/** The error that an answer other than `ok:true` is. */
export const failure = (method: Method, answer: Exclude<Answer, { readonly _tag: "Taken" }>): ZaloError =>
  answer._tag === "Refused"
    ? new ZaloError({ method, explicit: true, reason: refused(method, answer.code, answer.description) })
    : new ZaloError({ method, explicit: false, reason: page(answer.status, answer.detail) })
