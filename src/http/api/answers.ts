import * as HttpServerResponse from "effect/http/HttpServerResponse"

/** A failure in our one form (`design.md` §6.2), for what is refused before or outside of the described endpoints. */
export const refusal = (
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {}
): HttpServerResponse.HttpServerResponse =>
  HttpServerResponse.jsonUnsafe({ ok: false, error: { code, message } }, { status, headers })

export const tooManyWrong = (what: string, seconds: number): HttpServerResponse.HttpServerResponse =>
  refusal(429, "too-many", `too many wrong ${what}: try again in ${seconds} s`, { "retry-after": String(seconds) })
