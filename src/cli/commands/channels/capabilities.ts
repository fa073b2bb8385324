import * as Effect from "effect/Effect"
import type { Outcome } from "../../Command.ts"
import type { Args } from "../../Param.ts"

/** What a Zalo bot can and cannot do, whatever is configured (`reference-behaviour.md` §1.1). */
const capabilities = {
  channel: "zalo",
  chatTypes: ["direct", "group"],
  media: true,
  reactions: false,
  threads: false,
  polls: false,
  nativeCommands: false,
  streaming: false,
  replyTo: false,
  actions: ["send"]
}

const human = [
  "zalo",
  "  chat types:      direct, group",
  "  media:           yes",
  "  reactions:       no",
  "  threads:         no",
  "  polls:           no",
  "  native commands: no",
  "  streaming:       off",
  "  reply-to:        off",
  "  actions:         send"
].join("\n")

/** `channels capabilities`. */
export const run = (_args: Args) => Effect.succeed<Outcome>({ json: capabilities, human })
