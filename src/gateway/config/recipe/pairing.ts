import * as Result from "effect/Result"
import { everyone } from "../../../access/entries.ts"
import { duration } from "./duration.ts"
import { ids } from "./ids.ts"
import { group, type Kind, key } from "./Key.ts"
import { bool, integer } from "./kinds.ts"

/** People, each by name: nobody is everybody's owner, and a group answers nothing. */
const people: Kind<ReadonlyArray<string>> = {
  ...ids,
  decode: (value) =>
    Result.flatMap(ids.decode(value), (entries) => {
      const issues = entries.flatMap((entry, index) =>
        entry === everyone || entry.startsWith("zgr-")
          ? [
              {
                at: [index],
                message: entry === everyone ? "must not be everyone" : "is a group, and only a person can be an owner",
                remedy: "List the owners' own Zalo ids"
              }
            ]
          : []
      )
      return issues.length > 0 ? Result.fail(issues) : Result.succeed([...new Set(entries)])
    })
}

export const ttl = key("ttl", duration(), { description: "How long a pairing code is good.", fallback: "1h" })
export const maxPending = key("maxPending", integer(1, 100_000), {
  description: "How many senders may wait at once.",
  fallback: "100"
})
export const owners = key("owners", people, {
  description:
    "Zalo ids of people who are told of each request in their own chat with the bot, and answer it with a word (`ok CODE`, `no CODE`, `block CODE`). They are always let in.",
  fallback: "[]"
})
export const replay = key("replay", bool, {
  description: "Whether what a sender wrote while waiting is answered after the approval.",
  fallback: "false"
})

export const pairing = group("pairing", "Pairing codes.", [ttl, maxPending, owners, replay])
