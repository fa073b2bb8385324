import * as Context from "effect/Context"

/** What `--config` says, for whatever a command asks of the machine. */
export const ConfigFile = Context.Reference<string | undefined>("zalo-effect/cli/ConfigFile", {
  defaultValue: () => undefined
})
