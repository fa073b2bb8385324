import * as Redacted from "effect/Redacted"
import type { Built, Identity } from "./account.ts"
import { webhookPath, webhookUrl } from "./recipe/account.ts"
import type { Report } from "./report.ts"
import { environmentToken } from "./tokens.ts"

type Running = Extract<Built, { readonly _tag: "Runs" }>

const sameBot = (account: Identity, other: Identity, report: Report) => {
  const message = `makes account "${account.id}" the same bot as account "${other.id}" (${other.tokenFrom}): Zalo gives each message to one poller only`
  const remedy = "Give each account a bot of its own, or set enabled: false on one of them"
  if (account.tokenPath[0] === environmentToken) report.outside(environmentToken, message, remedy)
  else report.problem(account.tokenPath, message, remedy)
}

const pathOf = (account: Running) =>
  (account.scope.entries.get(webhookPath.name) ?? account.scope.entries.get(webhookUrl.name))?.path ??
  account.scope.path

const samePath = (account: Running, other: Running, report: Report) => {
  const mine = account.settings.transport
  const theirs = other.settings.transport
  if (mine._tag !== "Webhook" || theirs._tag !== "Webhook") return
  const [a, b] = [mine.path.toLowerCase(), theirs.path.toLowerCase()]
  if (a === b && Redacted.value(mine.secret) === Redacted.value(theirs.secret)) {
    report.problem(
      pathOf(account),
      `leads to ${mine.path} with the same secret as account "${other.settings.id}": a delivery could be either's`,
      "Give each account a path or a secret of its own"
    )
  } else if (`${a}/`.startsWith(`${b}/media/`) || `${b}/`.startsWith(`${a}/media/`)) {
    report.problem(
      pathOf(account),
      `collides with the pictures that are served below the webhook of account "${other.settings.id}"`,
      "Choose another webhookPath"
    )
  }
}

/** What two accounts must not share. */
export const checkConflicts = (accounts: ReadonlyArray<Built>, report: Report): void => {
  const running = accounts.filter((account) => account._tag === "Runs")
  for (const [index, account] of running.entries()) {
    for (const other of running.slice(0, index)) samePath(account, other, report)
  }
  const identities = accounts.flatMap((account) =>
    "identity" in account && account.identity !== undefined ? [account.identity] : []
  )
  const owners = new Map<string, Identity>()
  for (const identity of identities) {
    const other = owners.get(identity.botId)
    if (other === undefined) owners.set(identity.botId, identity)
    else sameBot(identity, other, report)
  }
}
