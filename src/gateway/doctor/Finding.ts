import * as Schema from "effect/Schema"

/** Everything that can be found wrong: the one closed list. `docs/operations.md` has a line for each. */
export const FindingCode = Schema.Literals([
  // the configuration
  "config-problem",
  "config-warning",
  "config-not-taken",
  "no-accounts",
  "account-unavailable",
  "echo-agent",
  "agent-missing",
  "agent-unreachable",
  "agent-key-refused",
  // the machine
  "data-dir",
  "disk-full",
  "disk-low",
  "clock-skew",
  "file-too-open",
  "port-taken",
  // the store
  "store-missing",
  "store-schema",
  "store-corrupt",
  "store-read-only",
  "store-unusable",
  "store-log-large",
  // the gateway
  "not-running",
  "not-answering",
  "not-ready",
  // Zalo
  "api-unreachable",
  "token-refused",
  "webhook-elsewhere",
  "webhook-missing",
  "webhook-differs",
  "quota",
  "drift",
  // what waits
  "waiting-long",
  "dead-letters",
  "undelivered",
  "unknown-sends",
  "pairing-full",
  "pairing-waiting",
  "people-waiting"
])
export type FindingCode = typeof FindingCode.Type

/** `error`: messages are lost, late or not answered. `warning`: they soon may be. `note`: worth knowing. */
export const Severity = Schema.Literals(["error", "warning", "note"])
export type Severity = typeof Severity.Type

/** One thing that somebody should look at, and what to do about it. It holds no secret and no words of people. */
export const Finding = Schema.Struct({
  code: FindingCode,
  severity: Severity,
  /** The account that it is about; null: the whole gateway. */
  account: Schema.NullOr(Schema.String),
  message: Schema.String,
  remedy: Schema.String,
  /** More lines, for who asks. */
  details: Schema.Array(Schema.String)
})
export type Finding = typeof Finding.Type

/** A finding in one line, for people. */
export const findingLine = ({ account, message, remedy }: Finding): string =>
  `${account === null ? "" : `${account}: `}${message}. ${remedy}`
