import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"

/** A variable's value; undefined when it is unset or empty. A provider that fails counts as having none. */
export const variable = (name: string): Effect.Effect<string | undefined> =>
  Effect.map(
    Effect.orElseSucceed(
      Effect.suspend(() => Config.option(Config.String(name))),
      () => Option.none<string>()
    ),
    Option.getOrUndefined
  )

/** What the environment says (`design.md` §6.1). */
export interface Environment {
  readonly token: Redacted.Redacted | undefined
  readonly apiUrl: string | undefined
  readonly configFile: string | undefined
  readonly dataDir: string | undefined
  readonly home: string | undefined
  readonly configHome: string | undefined
  readonly dataHome: string | undefined
  /** Where the journal lives, if not in the data directory. */
  readonly storeUrl: Redacted.Redacted | undefined
}

export const environment: Effect.Effect<Environment> = Effect.gen(function* () {
  const token = (yield* variable("ZALO_BOT_TOKEN"))?.trim()
  const storeUrl = (yield* variable("ZALO_EFFECT_STORE_URL"))?.trim()
  return {
    token: token === undefined || token === "" ? undefined : Redacted.make(token, { label: "bot token" }),
    apiUrl: yield* variable("ZALO_API_URL"),
    configFile: yield* variable("ZALO_EFFECT_CONFIG"),
    dataDir: yield* variable("ZALO_EFFECT_DATA_DIR"),
    home: yield* variable("HOME"),
    configHome: yield* variable("XDG_CONFIG_HOME"),
    dataHome: yield* variable("XDG_DATA_HOME"),
    storeUrl: storeUrl === undefined || storeUrl === "" ? undefined : Redacted.make(storeUrl, { label: "store" })
  }
})
