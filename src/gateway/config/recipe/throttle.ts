import { duration } from "./duration.ts"
import { group, key } from "./Key.ts"
import { bool, integer } from "./kinds.ts"

export const messages = key("messages", integer(0, 1_000_000), {
  description: "How many messages of one sender in one chat are taken in each `per`; the others are ignored. 0: all.",
  fallback: "20"
})
export const per = key("per", duration(), { description: "The time in which they are counted.", fallback: "1m" })
export const notice = key("notice", bool, {
  description: "Whether the sender is told, once in each `per`.",
  fallback: "true"
})

export const throttle = group("throttle", "How much one sender may write. Without this section, any amount.", [
  messages,
  per,
  notice
])
