import { createHash } from "node:crypto"

/** The ids of a message's trace and of its root span, in hex. */
export interface TraceIds {
  readonly traceId: string
  readonly spanId: string
}

/** 16 and 8 bytes of the SHA-256 of account and message id: the same in every process, and after every restart. */
export const traceIds = (account: string, messageId: string): TraceIds => {
  const hash = createHash("sha256").update(`${account}\0${messageId}`).digest("hex")
  return { traceId: hash.slice(0, 32), spanId: hash.slice(32, 48) }
}
