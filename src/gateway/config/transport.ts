import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { Transport } from "../../domain/Account.ts"
import type { KeyPath } from "./path.ts"
import { keyText } from "./path.ts"
import { webhookPath, webhookSecret, webhookUrl } from "./recipe/account.ts"
import type { Report } from "./report.ts"
import { type Found, type Scope, find, has } from "./scope.ts"
import { resolve, type Secrets } from "./secrets.ts"

/** First parts of the paths that the gateway itself serves (`design.md` §6.3). */
const ours = new Set(["healthz", "readyz", "metrics", "v1", "sandbox", "console"])

/** Leading slash, no trailing one. */
export const normalizePath = (path: string): string => `/${path.trim().replace(/^\/+|\/+$/g, "")}`

/** What is wrong with a path that is to be served, and what to do. */
export const pathProblem = (path: string): readonly [message: string, remedy: string] | undefined => {
  if (path === "/") return ["is /, which the gateway serves itself", "Choose a path such as /zalo"]
  const parts = path.slice(1).split("/")
  const first = parts[0]?.toLowerCase() ?? ""
  if (ours.has(first)) return [`lies under /${first}, which the gateway serves itself`, "Choose a path such as /zalo"]
  // A router would read other signs as patterns.
  return parts.every((part) => /^[A-Za-z0-9._~-]+$/.test(part) && part !== "." && part !== "..")
    ? undefined
    : ["may hold letters, digits and . _ ~ - between slashes", "Choose a path such as /zalo/shop"]
}

/** What is wrong with a secret that Zalo is to send (`zalo-bot-api.md` §5.3). */
export const secretProblem = (secret: string): readonly [message: string, remedy: string] | undefined => {
  if (secret.length < 8 || secret.length > 256) {
    return [`must have 8 to 256 characters; it has ${secret.length}`, "Use a random text of 32 characters or so"]
  }
  return /^[\x20-\x7e]+$/.test(secret)
    ? undefined
    : ["must be plain ASCII: it travels as an HTTP header", "Use letters and digits"]
}

/** A transport that can run, or the secret that keeps it from running here. */
export type TransportState =
  | { readonly _tag: "Ready"; readonly transport: Transport }
  | { readonly _tag: "Unavailable"; readonly path: KeyPath; readonly message: string; readonly remedy: string }
  /** Wrong, and told. */
  | { readonly _tag: "Wrong" }

const ready = (transport: Transport): TransportState => ({ _tag: "Ready", transport })
const wrong: TransportState = { _tag: "Wrong" }

const polling: TransportState = ready({ _tag: "Polling" })

const warnOfIdle = (account: Scope, report: Report): void => {
  for (const key of [webhookSecret, webhookPath]) {
    const idle = account.entries.get(key.name)
    if (idle !== undefined) {
      report.warn(idle.path, "has no effect without webhookUrl: the bot polls", "Add webhookUrl, or take it out")
    }
  }
}

/** The path that is served; undefined when there is none to use, which is told. */
const pathOf = (account: Scope, url: Found<URL> | undefined, report: Report): string | undefined => {
  const own = find(account, webhookPath)
  const from = own ?? url
  // A wrong address is told already, and has no path.
  if (from === undefined) return undefined
  const path = normalizePath(own?.value ?? url?.value.pathname ?? "")
  const misplaced = pathProblem(path)
  if (misplaced === undefined) return path
  const [message, remedy] = misplaced
  if (own === undefined) report.problem(from.path, `has a path that ${message}`, `${remedy}, or set webhookPath`)
  else report.problem(from.path, message, remedy)
  return undefined
}

/**
 * Polling without `webhookUrl`; with it, everything that a webhook needs (`zalo-bot-api.md` §5.3). What is wrong with one key
 * does not keep the others from being looked at.
 */
export const transportOf = Effect.fnUntraced(function* (
  account: Scope,
  report: Report
): Effect.fn.Return<TransportState, never, Secrets> {
  const entry = account.entries.get(webhookUrl.name)
  if (entry === undefined) {
    warnOfIdle(account, report)
    return polling
  }
  const found = find(account, webhookUrl)
  if (found !== undefined && found.value === undefined) return polling
  const url = found?.value === undefined ? undefined : { value: found.value, path: found.path }
  const path = pathOf(account, url, report)
  const secret = find(account, webhookSecret)
  if (secret === undefined) {
    if (!has(account, webhookSecret)) {
      report.problem(
        [...entry.path.slice(0, -1), webhookSecret.name],
        "is missing: Zalo takes no webhook without a secret",
        "Set it to a random text of 8 to 256 characters"
      )
    }
    return wrong
  }
  const resolved = yield* resolve(secret.value, keyText(secret.path))
  if (resolved._tag === "Unavailable") return { ...resolved, path: secret.path }
  const weak = secretProblem(Redacted.value(resolved.value))
  if (weak !== undefined) report.problem(secret.path, ...weak)
  if (weak !== undefined || path === undefined || url === undefined) return wrong
  return ready({ _tag: "Webhook", url: url.value.href, path, secret: resolved.value })
})
