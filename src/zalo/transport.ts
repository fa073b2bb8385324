import type { HttpClientError } from "effect/http/HttpClientError"
import { Unclear, Unreachable } from "./ZaloError.ts"
import type { ZaloReason } from "./ZaloError.ts"

/**
 * Node's codes that say that no connection was made, so that nothing was sent: the closed list of `design.md` §2.
 * `UND_ERR_CONNECT_TIMEOUT` is our own connect time-out. ETIMEDOUT, ECONNRESET, EPIPE are not here: an open connection can
 * end with them too.
 */
const connecting: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT"
])

/** OpenSSL's verdicts on a certificate, as Node names them: the handshake ended before the request was written. */
const certificate: ReadonlySet<string> = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "HOSTNAME_MISMATCH",
  "INVALID_CA",
  "INVALID_PURPOSE",
  "PATH_LENGTH_EXCEEDED",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "ERR_TLS_CERT_ALTNAME_FORMAT"
])

const property = (value: unknown, key: "code" | "syscall" | "cause" | "errors"): unknown =>
  typeof value === "object" && value !== null && key in value ? Reflect.get(value, key) : undefined

const listed = (cause: unknown): string | undefined => {
  const code = property(cause, "code")
  if (typeof code !== "string") return undefined
  if (certificate.has(code) || code.startsWith("CERT_") || code.startsWith("UNABLE_TO_")) return code
  if (!connecting.has(code)) return undefined
  // An open connection whose route is gone ends a read or a write with the same codes.
  const syscall = property(cause, "syscall")
  return syscall === "read" || syscall === "write" ? undefined : code
}

// Causes may be cyclic; real chains are three or four long.
const deepest = 8

/** The code by which a failed request surely never left, or nothing. */
const notSent = (cause: unknown, depth = 0): string | undefined => {
  if (depth > deepest || cause === undefined) return undefined
  const own = listed(cause)
  if (own !== undefined) return own
  // Several addresses were tried: the request never left if none of them was reached.
  const errors = property(cause, "errors")
  if (Array.isArray(errors) && errors.length > 0) {
    const codes = errors.map((error) => notSent(error, depth + 1))
    if (!codes.includes(undefined)) return codes[0]
  }
  return notSent(property(cause, "cause"), depth + 1)
}

/** What a request that brought no answer means. The error itself names the address, so nothing of it is kept. */
export const unanswered = ({ reason }: HttpClientError): ZaloReason => {
  switch (reason._tag) {
    case "InvalidUrlError":
      return new Unreachable({ code: "ERR_INVALID_URL" })
    case "TransportError": {
      const code = notSent(reason.cause)
      return code === undefined ? lost() : new Unreachable({ code })
    }
    default:
      return lost()
  }
}

/** The connection ended before the answer did. */
export const lost = (): ZaloReason => new Unclear({ why: "connection-lost" })
