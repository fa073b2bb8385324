import type { Verification } from "../zalo/wire.ts"

/** What an outcome means, and what to do. `zalo-bot-api.md` §5.4; the list is open. */
const outcomes: Readonly<Record<string, readonly [meaning: string, remedy: string]>> = {
  "webhook.http.403": [
    "the server, or what stands before it, refused it",
    'allow the user agent "Java/…" in the WAF or CDN (Cloudflare: Browser Integrity Check), and lift IP lists'
  ],
  "webhook.http.404": [
    "the address leads to nothing that takes a POST",
    "make webhookUrl and webhookPath name the same path, also behind a proxy"
  ],
  "webhook.http.5xx": ["the server failed", "look at the logs of the proxy and of this program"],
  "webhook.http.other": [
    "the answer was not 2xx; redirects are not followed",
    "name the final https address in webhookUrl"
  ],
  "webhook.err.tls": [
    "the TLS certificate was not accepted",
    "install a valid certificate with its whole chain for that name"
  ],
  "webhook.err.unreachable": [
    "the name was not found, or nothing answered",
    "check that the name resolves publicly and that the port is open to the internet"
  ],
  "webhook.err.dns": ["the name was not found", "check that the name resolves publicly"],
  "webhook.err.timeout": ["nothing answered in time", "check that the port is open to the internet"],
  "webhook.err.conn": ["the connection was refused or cut", "check that something listens there"],
  "webhook.err.proxy": ["a proxy on Zalo's side failed", "try again later"],
  "webhook.err.blocked": ["Zalo does not call such addresses", "use a public https address"],
  "webhook.err.other": ["the call failed", "check the address from outside"]
}

/** `webhook.http.502` is told as `webhook.http.5xx`, an unlisted status as `other`. */
const family = (outcome: string): string => {
  if (outcome in outcomes) return outcome
  if (/^webhook\.http\.5\d\d$/.test(outcome)) return "webhook.http.5xx"
  return outcome.startsWith("webhook.http.") ? "webhook.http.other" : "webhook.err.other"
}

/** Whether the call was answered as it should be. What says nothing is taken for good. */
export const isVerified = ({ ok, outcome }: Verification): boolean =>
  ok ?? (outcome === undefined || outcome === "webhook.ok")

/** Says in plain words what Zalo found when it called the webhook, and what to do: null when all is well. */
export const verificationProblem = (verification: Verification): string | null => {
  if (isVerified(verification)) return null
  const { hint, outcome, statusCode } = verification
  const [meaning, remedy] = outcomes[family(outcome ?? "")] ?? ["the call failed", "check the address from outside"]
  const what = [outcome, statusCode === undefined ? undefined : `HTTP ${statusCode}`].filter(
    (part) => part !== undefined
  )
  const details = what.length === 0 ? "" : ` (${what.join(", ")})`
  const said = hint === undefined || hint.trim() === "" ? "" : ` Zalo says: ${hint.trim().slice(0, 300)}`
  return `its test call failed${details}: ${meaning}; ${remedy}.${said}`
}

/** The same for a webhook that was just set: it is set all the same, so this is a warning and no failure (§5.3). */
export const verificationWarning = (verification: Verification | undefined): string | null => {
  const problem = verification === undefined ? null : verificationProblem(verification)
  return problem === null ? null : `Zalo set the webhook but ${problem}`
}
