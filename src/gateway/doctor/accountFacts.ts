import type { AccountSettings } from "../../domain/Account.ts"
import type { IdleAccount } from "../config/Settings.ts"
import { quotaWarning } from "../quotaWarning.ts"
import type { AccountFacts } from "./facts.ts"
import type { Stored } from "./stored.ts"

/** An account as its configuration and the store have it, without anybody asked. */
export const runningFacts = (
  account: AccountSettings,
  { sent, ...stored }: Stored,
  lease: AccountFacts["lease"]
): AccountFacts => {
  const quota = { used: sent, limit: account.quota }
  return {
    account: account.id,
    name: account.name ?? null,
    enabled: true,
    transport: account.transport._tag === "Polling" ? "polling" : "webhook",
    idle: null,
    lease,
    ...stored,
    quota: { ...quota, warning: quotaWarning(quota) },
    agent: null,
    probe: null
  }
}

/** The same of one that is switched off, or whose secrets cannot be had. */
export const idleFacts = (account: IdleAccount, { sent, ...stored }: Stored, enabled: boolean): AccountFacts => ({
  account: account.id,
  name: account.name ?? null,
  enabled,
  transport: account.transport,
  idle: account.reason,
  lease: null,
  ...stored,
  quota: { used: sent, limit: null, warning: null },
  agent: null,
  probe: null
})
