import * as Schema from "effect/Schema"
import { InboxReason } from "./reasons.ts"

/** What the gate says of one message. */
export const Verdict = Schema.TaggedUnion({
  /** A turn. `rule` names what let it in: `open`, `owner`, `allowFrom`, `grant`, `groupAllowFrom`, `group-open`. */
  Allow: { rule: Schema.String },
  /** A pairing challenge is due: the text of it is the reply. */
  Ask: {
    code: Schema.String,
    text: Schema.String,
    /** In which the approval will be told. */
    language: Schema.Literals(["vi", "en"]),
    /** How long the code is good from when it is written down, in milliseconds. */
    ttl: Schema.Int,
    /** How many senders may wait at once. */
    maxPending: Schema.Int,
    /** Whether what the sender writes meanwhile is answered once let in. */
    replay: Schema.Boolean,
    /** Who is told of it, and may decide. */
    owners: Schema.Array(Schema.String)
  },
  /** No turn and no reply. */
  Drop: { reason: InboxReason }
})
export type Verdict = typeof Verdict.Type
