import { AccountId } from "../domain/ids.ts"
import * as Param from "./Param.ts"

/** The one channel there is; the reference's commands name it, so ours take it too. */
export const channelName = "zalo"

export const isChannel = (word: string): boolean => word.toLowerCase() === channelName

export const config = Param.text("config", "FILE", "Read the configuration from FILE")
export const json = Param.toggle("json", "Print exactly one JSON value on stdout, for failures too")
export const help = Param.toggle("help", "Show this help", { short: "h" })
export const version = Param.toggle("version", "Show the version", { short: "v" })

/** Understood by every command. */
export const globals = [config, json, help, version]

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
