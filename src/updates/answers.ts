import * as HttpServerResponse from "effect/http/HttpServerResponse"
import type { BodyProblem } from "./body.ts"

/** What the webhook answers. Responses are values, so the same ones serve every request. */
const text = (status: number, words: string, headers: Record<string, string> = {}) =>
  HttpServerResponse.text(words, { status, headers })

/** A sender whose body is not wanted would go on sending it. */
const close = { connection: "close" }

/** The answer of Zalo's own sample (`zalo-bot-api.md` §7). */
export const taken = HttpServerResponse.text(`{"message":"Success"}`, { contentType: "application/json" })

export const wrongMethod = text(405, "Method Not Allowed", { allow: "POST" })
export const wrongSecret = text(401, "Unauthorized")
export const wrongType = text(415, "Unsupported Media Type")
export const badRequest = text(400, "Bad Request")
export const notTaken = text(503, "Service Unavailable", { "retry-after": "5" })

export const tooManyWrong = (seconds: number) => text(429, "Too Many Requests", { "retry-after": String(seconds) })

export const unread: Readonly<Record<BodyProblem, HttpServerResponse.HttpServerResponse>> = {
  "too-large": text(413, "Payload Too Large", close),
  late: text(408, "Request Timeout", close),
  broken: text(400, "Bad Request", close)
}
