import type { AccountFacts, Facts } from "./facts.ts"
import type { Finding, FindingCode, Severity } from "./Finding.ts"
import { isUnconfigured } from "./place.ts"
import { count, span } from "./words.ts"

/** A message that waits longer than this is late, whatever it waits for. */
const late = 5 * 60_000
/** Somebody who was told to wait for a person should not wait longer than this. */
const humanLate = 15 * 60_000

type Say = (
  code: FindingCode,
  severity: Severity,
  message: string,
  remedy: string,
  details?: ReadonlyArray<string>
) => void

const gateway = ({ account, idle, lease, report, transport }: AccountFacts, say: Say): void => {
  if (idle !== null) return
  if (lease === null) {
    say(
      "not-running",
      "error",
      "no gateway is running for it",
      "Start zalo-effect serve (docs/deploy.md has a systemd unit)"
    )
    return
  }
  if (report === null) return
  if (report.ready) {
    // It works, or has failed for so short a time that it counts as working.
    if (report.trouble?.class === "operator") say("not-ready", "warning", report.trouble.message, report.trouble.next)
    return
  }
  const since =
    report.lastGoodAt === null
      ? ""
      : ` (last good ${transport === "polling" ? "poll" : "check"} at ${report.lastGoodAt})`
  say(
    "not-ready",
    "error",
    `${report.reason ?? "not ready"}${since}`,
    report.trouble?.next ??
      `Look at zalo-effect logs --account ${account} --level warn; the next step depends on what it says`,
    report.trouble === null
      ? []
      : [`${report.trouble.class} since ${report.trouble.since}, ${report.trouble.count} times`]
  )
}

const zalo = ({ account, probe, quota, drift, transport }: AccountFacts, say: Say): void => {
  if (probe !== null && probe.trouble !== null) {
    const { kind, message } = probe.trouble
    if (kind === "refused") {
      say(
        "token-refused",
        "error",
        "Zalo refuses the token",
        `Take the new one from Zalo Bot Creator and run zalo-effect setup --account ${account} --token -`
      )
    } else if (kind === "unreachable") {
      say(
        "api-unreachable",
        "error",
        `Zalo cannot be reached: ${message}`,
        "Check this machine's network, DNS, proxy and firewall; ZALO_API_URL must be unset or right"
      )
    } else {
      say(
        "api-unreachable",
        "warning",
        `Zalo answered a test call with an error: ${message}`,
        "Try again in a minute; if it stays, look at zalo-effect logs"
      )
    }
  }
  const webhook = probe?.webhook ?? null
  if (probe !== null && probe.trouble === null) {
    if (transport === "polling" && webhook !== null) {
      say(
        "webhook-elsewhere",
        "error",
        `it polls, but a webhook is set at ${webhook.origin}, so Zalo gives it nothing`,
        `If that one is not yours any more: zalo-effect webhook delete --account ${account} --yes; if it is, stop one of the two`
      )
    }
    if (transport === "webhook" && webhook === null) {
      say(
        "webhook-missing",
        "error",
        "a webhook is configured, but Zalo knows of none",
        `Run zalo-effect webhook set --account ${account}`
      )
    }
    if (transport === "webhook" && webhook !== null && !webhook.ours) {
      say(
        "webhook-differs",
        "error",
        `Zalo delivers to ${webhook.origin}, not to the configured webhookUrl`,
        `Run zalo-effect webhook set --account ${account}; if it changes back, another program uses this token`
      )
    }
  }
  if (quota.warning !== null) {
    const over = quota.limit !== null && quota.used >= quota.limit
    say(
      "quota",
      over ? "error" : "warning",
      quota.warning,
      "Send less (streaming, broadcasts), take a larger plan and set quota, or wait for the next month"
    )
  }
  if (drift.length > 0) {
    say(
      "drift",
      "note",
      `Zalo sent ${count(drift.length, "thing", "things")} that this version does not know`,
      "Nothing is lost; look for a newer zalo-effect, or report the shapes",
      drift
    )
  }
}

const agent = ({ agent: one }: AccountFacts, say: Say): void => {
  if (one === null || one.trouble === null) return
  const { kind, message } = one.trouble
  if (kind === "missing")
    say(
      "agent-missing",
      "error",
      `the agent's command cannot be started: ${message}`,
      "Correct agent.command; a relative name is looked for in PATH of the gateway"
    )
  if (kind === "unreachable")
    say(
      "agent-unreachable",
      "error",
      `the agent does not answer: ${message}`,
      "Start it, or correct its address; messages wait and are tried again meanwhile"
    )
  if (kind === "refused")
    say("agent-key-refused", "error", `the agent's endpoint refuses the key: ${message}`, "Correct agent.apiKey")
}

const waiting = ({ account, handoff, pairing, queue }: AccountFacts, now: number, say: Say): void => {
  const age = queue.oldest === null ? 0 : now - queue.oldest
  if (age > late) {
    say(
      "waiting-long",
      "error",
      `the oldest of ${count(queue.pending, "message", "messages")} has waited for ${span(age)}`,
      `zalo-effect queue list --account ${account} --state pending says what each waits for`
    )
  }
  if (queue.dead > 0) {
    say(
      "dead-letters",
      "error",
      `${count(queue.dead, "message was", "messages were")} given up without an answer`,
      `zalo-effect queue list --account ${account} --state dead, then queue retry or queue drop`
    )
  }
  if (queue.undelivered > 0) {
    say(
      "undelivered",
      "error",
      `${count(queue.undelivered, "reply was", "replies were")} not delivered`,
      `zalo-effect queue list --account ${account} --state dead, then queue retry or queue drop`
    )
  }
  if (queue.unknown > 0) {
    say(
      "unknown-sends",
      "warning",
      `of ${count(queue.unknown, "reply", "replies")} nobody knows whether it arrived`,
      `zalo-effect queue list --account ${account} --state unknown, then queue resolve --sent, --resend or --drop`
    )
  }
  if (pairing.turnedAway > 0) {
    say(
      "pairing-full",
      "warning",
      `the list of strangers was full: ${count(pairing.turnedAway, "message", "messages")} got no code`,
      "zalo-effect pairing list, then approve or decline; or raise pairing.maxPending"
    )
  }
  if (pairing.waiting > 0) {
    say(
      "pairing-waiting",
      "note",
      `${count(pairing.waiting, "stranger waits", "strangers wait")} for an approval`,
      "zalo-effect pairing list; pairing.owners lets you answer in Zalo"
    )
  }
  if (handoff.since !== null && now - handoff.since > humanLate) {
    say(
      "people-waiting",
      "warning",
      `in ${count(handoff.chats, "paused chat", "paused chats")} somebody waits for a person, the first for ${span(now - handoff.since)}`,
      `zalo-effect chat list --waiting --account ${account}, then chat say or chat resume`
    )
  }
}

/** All there is to say about one account. */
export const accountFindings = (one: AccountFacts, now: number): ReadonlyArray<Finding> => {
  const found: Array<Finding> = []
  const say: Say = (code, severity, message, remedy, details = []) => {
    found.push({ code, severity, account: one.account, message, remedy, details })
  }
  if (one.idle !== null && one.enabled) {
    say(
      "account-unavailable",
      "error",
      /\bis missing\b/.test(one.idle) ? `cannot run: ${one.idle}` : one.idle,
      "Make the secret available where this runs, or set enabled: false"
    )
  }
  gateway(one, say)
  if (one.enabled) {
    zalo(one, say)
    agent(one, say)
  }
  waiting(one, now, say)
  return found
}

export const accountsFindings = (facts: Facts): ReadonlyArray<Finding> =>
  isUnconfigured(facts) ? [] : facts.accounts.flatMap((one) => accountFindings(one, facts.now))
