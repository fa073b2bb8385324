import { AccountId } from "../domain/ids.ts"
import { isChannel } from "./globals.ts"
import * as Param from "./Param.ts"

export { channelName, config, globals, help, isChannel, json, version } from "./globals.ts"

const accountText = Param.text("account", "ID", "The account, when several are possible", {
  problem: (value) =>
    /^[a-z0-9_-]+$/i.test(value) ? undefined : "an account's id has letters, digits, dashes and underscores only"
})

/** Account ids are lower case (`domain/ids.ts`). */
export const account: Param.Flag<AccountId | undefined> = {
  ...accountText,
  read: (args) => {
    const value = accountText.read(args)
    return value === undefined ? undefined : AccountId.make(value.toLowerCase())
  }
}

export const channel = Param.text("channel", "zalo", "The channel; zalo is the only one", {
  problem: (value) => (isChannel(value) ? undefined : `there is no channel "${value}", only zalo`)
})
