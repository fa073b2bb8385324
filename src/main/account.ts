import { CommandFailed } from "../cli/errors.ts"
import type { AccountSettings } from "../domain/Account.ts"
import type { Settings } from "../gateway/config/Settings.ts"

/** The account that a command means. `purpose` says what it cannot do when it is switched off or lacks a secret. */
export const accountOf = (
  settings: Settings,
  asked: string | undefined,
  purpose: string
): AccountSettings | CommandFailed => {
  const id = asked ?? settings.defaultAccount
  const account = settings.accounts.find((one) => one.id === id)
  if (account !== undefined) return account
  const idle = [...settings.disabled, ...settings.unavailable].find((one) => one.id === id)
  return new CommandFailed(
    idle === undefined
      ? { code: "unknown-account", message: `there is no account "${id}" in the configuration` }
      : { code: "account-unavailable", message: `the account "${id}" cannot ${purpose}: ${idle.reason}` }
  )
}
