import * as Context from "effect/Context"

/** The version of this program, as its entry reads it from the package; `unknown` in a program that embeds the gateway. */
export const ProgramVersion = Context.Reference<string>("zalo-effect/gateway/ProgramVersion", {
  defaultValue: () => "unknown"
})
