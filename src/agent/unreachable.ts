import type * as HttpClientError from "effect/http/HttpClientError"
import * as Predicate from "effect/Predicate"
import { AgentError } from "./AgentError.ts"

/** The system's or the client's code (`ECONNREFUSED`), wherever in the chain of causes it stands. */
const code = (cause: unknown, depth = 0): string | undefined => {
  if (!Predicate.hasProperty(cause, "code")) {
    return depth < 4 && Predicate.hasProperty(cause, "cause") ? code(cause.cause, depth + 1) : undefined
  }
  return typeof cause.code === "string" && /^[A-Z0-9_]+$/.test(cause.code) ? cause.code : undefined
}

const failure = (what: string, { reason }: HttpClientError.HttpClientError): AgentError => {
  const found = "cause" in reason ? code(reason.cause) : undefined
  return new AgentError({ reason: { _tag: "Unreachable", detail: found === undefined ? what : `${what} (${found})` } })
}

/** No connection or no answer. Only codes are told: the client's own message quotes the address, the cause may quote a header. */
export const unreachable = (error: HttpClientError.HttpClientError): AgentError => failure("no connection", error)

/** The connection was lost inside the answer. */
export const brokeOff = (error: HttpClientError.HttpClientError): AgentError => failure("the answer broke off", error)
