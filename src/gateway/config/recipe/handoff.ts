import * as Duration from "effect/Duration"
import * as Result from "effect/Result"
import { duration } from "./duration.ts"
import { group, type Kind, key } from "./Key.ts"
import { bool, list } from "./kinds.ts"

const phrases = list(/\S/, "texts that are not blank", 'For example ["/human", "gặp nhân viên"]; [] switches it off')

const span = duration()

/** `none` says in words what leaving the key out says. */
const spanOrNone: Kind<Duration.Duration | "none"> = {
  decode: (value) => (value === "none" ? Result.succeed("none" as const) : span.decode(value)),
  json: () => ({ anyOf: [span.json(), { const: "none" }] })
}

export const keywords = key("keywords", phrases, {
  description:
    "Messages that ask for a person, each being the whole message; case does not count, nor accents where the message has none.",
  fallback: "[]"
})
export const resumeKeywords = key("resumeKeywords", phrases, {
  description: "Messages that call the bot back while a person answers.",
  fallback: '["/bot"]'
})
export const resumeAfter = key("resumeAfter", spanOrNone, {
  description: "When the bot takes over again by itself, where no operator began the pause.",
  fallback: "none"
})
export const notice = key("notice", bool, {
  description: "Whether the people of a chat are told that a person takes over, and that the bot is back.",
  fallback: "true"
})
export const onAgentFailure = key("onAgentFailure", bool, {
  description:
    "Whether a message that the agent failed on for good goes to a person, in place of the notice of a failure.",
  fallback: "false"
})

export const handoff = group("handoff", "How people step in.", [
  keywords,
  resumeKeywords,
  resumeAfter,
  notice,
  onAgentFailure
])
