import * as Param from "./Param.ts"

export const config = Param.text("config", "FILE", "Read the configuration from FILE")
export const json = Param.toggle("json", "Print exactly one JSON value on stdout, for failures too")
export const help = Param.toggle("help", "Show this help", { short: "h" })
export const version = Param.toggle("version", "Show the version", { short: "v" })

/** Understood by every command. */
export const globals = [config, json, help, version]

/** The one channel there is; the reference's commands name it, so ours take it too. */
export const channelName = "zalo"

export const isChannel = (word: string): boolean => word.toLowerCase() === channelName
