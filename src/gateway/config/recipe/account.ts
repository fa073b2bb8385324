import { agent } from "./agent.ts"
import { duration } from "./duration.ts"
import { handoff } from "./handoff.ts"
import { ids } from "./ids.ts"
import { group, key } from "./Key.ts"
import { media } from "./media.ts"
import { pairing } from "./pairing.ts"
import { anything, bool, choice, integer, number, text } from "./kinds.ts"
import { proactive } from "./proactive.ts"
import { secret } from "./secret.ts"
import { throttle } from "./throttle.ts"
import { proxyUrl, webhookAddress } from "./url.ts"

// The reference's own keys (`reference-behaviour.md` §1.3).
export const enabled = key("enabled", bool, {
  description: "Whether the account runs. Both levels must not be false.",
  fallback: "true"
})
export const name = key("name", text, { description: "A name for people." })
export const botToken = key("botToken", secret, { description: 'The bot\'s token, or "${NAME}" of a variable.' })
export const tokenFile = key("tokenFile", text, {
  description:
    "A file that holds the token: a regular file with one link, at most 16 KiB. A relative path starts at the configuration's folder."
})
export const webhookUrl = key("webhookUrl", webhookAddress, {
  description: "The public https address that Zalo delivers to. Without it, or when it is blank, the bot polls.",
  fallback: "none: polling"
})
export const webhookSecret = key("webhookSecret", secret, {
  description: "The 8 to 256 characters that Zalo sends with each delivery. Needed with webhookUrl."
})
export const webhookPath = key("webhookPath", text, {
  description: "The path served here, where a proxy changes it.",
  fallback: "the path of webhookUrl"
})
export const dmPolicy = key("dmPolicy", choice(["pairing", "allowlist", "open", "disabled"]), {
  description: "Who may write in private.",
  fallback: "pairing"
})
export const allowFrom = key("allowFrom", ids, {
  description: 'Senders that may write; "*" is everyone.',
  fallback: "[]"
})
export const groupPolicy = key("groupPolicy", choice(["open", "allowlist", "disabled"]), {
  description: "Who may write in groups.",
  fallback: "allowlist"
})
export const groupAllowFrom = key("groupAllowFrom", ids, {
  description: "Senders that may write in groups, or zgr- ids of whole groups. Empty: allowFrom counts.",
  fallback: "[]"
})
export const mediaMaxMb = key("mediaMaxMb", number, {
  description: "The largest picture, in and out, in MiB. Zero or less is the default.",
  fallback: "5"
})
export const proxy = key("proxy", proxyUrl, { description: "An HTTP proxy for everything this account sends." })
export const responsePrefix = key("responsePrefix", text, {
  description:
    'A text before every answer; "auto" is the bot\'s name in brackets, {bot}, {account} and {account.name} stand for themselves, "" switches an inherited one off.'
})
export const tables = key("tables", choice(["code", "bullets", "block", "off"]), {
  description: "How a Markdown table is written: aligned columns (block is the same), a list, or as it came.",
  fallback: "code"
})
export const filterArtifacts = key("filterArtifacts", bool, {
  description:
    "Whether a model's leftovers are taken out of answers: reasoning, tool traces, control tokens. Never in code.",
  fallback: "true"
})
export const markdown = group("markdown", "An answer's Markdown.", [tables, filterArtifacts])
const configWrites = key("configWrites", anything, {
  description: "Whether chats may change the configuration; here they never can.",
  effect: "none"
})

// Ours (`design.md` §6.1).
export const onUnknown = key("onUnknown", choice(["resend", "hold"]), {
  description: "What a send of unknown fate gets: one more attempt, or none.",
  fallback: "resend"
})
export const language = key("language", choice(["vi", "en"]), {
  description: "The language of what the gateway itself says.",
  fallback: "vi"
})
export const turnMode = key("mode", choice(["serial", "merge", "interrupt"]), {
  description:
    "How messages of one chat become turns: one after the other, a burst as one, or a new one instead of the one under way.",
  fallback: "serial"
})
export const turnWindow = key("window", duration(), {
  description: "With merge: how long after a message another one still joins its turn.",
  fallback: "2s"
})
export const queueCap = key("cap", integer(1, 100_000), {
  description: "How many messages of one chat may wait; the others are ignored, reason queue-full.",
  fallback: "no limit"
})
export const queueDrop = key("drop", choice(["oldest", "newest"]), {
  description: "Which messages go when too many wait.",
  fallback: "oldest"
})
export const turnQueue = group("queue", "Messages that wait for their turn.", [queueCap, queueDrop])
export const turnAttempts = key("attempts", integer(1, 1_000), {
  description: "How often a failing agent is asked.",
  fallback: "8"
})
export const turnMaxAge = key("maxAge", duration(), {
  description: "How long a message may wait for a failing agent.",
  fallback: "15m"
})
export const turnNotice = key("notice", bool, {
  description: "Whether the sender is told of a failure that lasts.",
  fallback: "true"
})
export const turns = group("turns", "How messages become turns.", [
  turnMode,
  turnWindow,
  turnQueue,
  turnAttempts,
  turnMaxAge,
  turnNotice
])

export const outboxMaxAge = key("maxAge", duration(), {
  description: "How long an undelivered reply is tried.",
  fallback: "24h"
})
export const outbox = group("outbox", "Replies on their way.", [outboxMaxAge])

export const requireMention = key("requireMention", bool, {
  description: "Keep only group messages that begin with the bot's name; replies to the bot are dropped too.",
  fallback: "false"
})
export const groups = group("groups", "Group chats.", [requireMention])

export const textChunkLimit = key("textChunkLimit", integer(1, 2_000), {
  description: "The longest message, in UTF-16 units.",
  fallback: "2000"
})
export const chunkMode = key("chunkMode", choice(["length", "newline"]), {
  description: "Where a long reply is cut: as late as a good place allows, or behind a paragraph wherever one ends.",
  fallback: "length"
})
export const render = key("render", choice(["styles", "markdown", "plain"]), {
  description:
    "What becomes of an answer's Markdown: Zalo's styles, Markdown that Zalo reads itself (no tables, links or code blocks), or the words alone.",
  fallback: "styles"
})
export const streaming = key("streaming", choice(["off", "paragraphs"]), {
  description: "Whether a paragraph is sent as soon as the agent has written it. Every one counts against the quota.",
  fallback: "off"
})
export const quota = key("quota", integer(0, 1_000_000_000), {
  description: "Messages a month that Zalo allows the bot: warnings come at 80 % and 95 %. 0 counts none.",
  fallback: "3000"
})

/** The keys of one account, in the order of the table of settings. */
export const accountMembers = [
  enabled,
  name,
  botToken,
  tokenFile,
  webhookUrl,
  webhookSecret,
  webhookPath,
  dmPolicy,
  allowFrom,
  groupPolicy,
  groupAllowFrom,
  groups,
  pairing,
  throttle,
  agent,
  turns,
  handoff,
  outbox,
  onUnknown,
  language,
  mediaMaxMb,
  proxy,
  responsePrefix,
  textChunkLimit,
  chunkMode,
  render,
  streaming,
  quota,
  media,
  markdown,
  proactive,
  configWrites
]
