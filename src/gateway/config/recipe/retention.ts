import { duration } from "./duration.ts"
import { group, key } from "./Key.ts"

export const done = key("done", duration(), {
  description:
    "How long messages that were answered or ignored are kept, with all that was sent for them. Updates older than that are ignored.",
  fallback: "30d"
})

export const dead = key("dead", duration(), {
  description: "How long dead messages and sends of unknown fate are kept that nobody has dropped.",
  fallback: "until queue prune"
})

export const retention = group("retention", "How long the journal keeps what is over.", [done, dead])
