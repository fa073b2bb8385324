import * as Schema from "effect/Schema"
import type { AccountId } from "./ids.ts"

/** An event, a field of an update or an error code that `zalo-bot-api.md` does not know. */
export const DriftKind = Schema.Literals(["event", "field", "code"])
export type DriftKind = typeof DriftKind.Type

/** Something new from Zalo: the first sign that the platform has changed. */
export interface Drift {
  readonly account: AccountId
  readonly kind: DriftKind
  /** `message.poll.received`, `message.link`, `getUpdates.499`. */
  readonly name: string
  /** What it came in. It holds people's words, so that only its shape may be kept. */
  readonly seen: unknown
}
