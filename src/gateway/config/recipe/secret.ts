import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { fromSchema } from "./kinds.ts"
import type { Issue, Kind } from "./Key.ts"

/** A value, or where it is to be had. */
export type SecretInput =
  | { readonly _tag: "Value"; readonly value: Redacted.Redacted }
  | { readonly _tag: "Env"; readonly name: string }
  | { readonly _tag: "Unsupported"; readonly source: string }

const Reference = Schema.Struct({
  source: Schema.Literals(["env", "file", "exec", "store"]),
  provider: Schema.optionalKey(Schema.String),
  id: Schema.String
})
const Written = Schema.Union([Schema.String, Reference])

const variable = /^[A-Z][A-Z0-9_]{0,127}$/
const shorthand = /^\$(?:\{([A-Z][A-Z0-9_]{0,127})\}|([A-Z][A-Z0-9_]{0,127}))$/

const form = fromSchema(
  Written,
  "a text or a reference to a secret",
  'Put the value in quotes, or name a variable: "${NAME}" or {source: "env", id: "NAME"}'
)

const read = (written: typeof Written.Type): Result.Result<SecretInput, ReadonlyArray<Issue>> => {
  if (typeof written === "string") {
    const found = shorthand.exec(written.trim())
    const name = found?.[1] ?? found?.[2]
    return Result.succeed(
      name === undefined
        ? { _tag: "Value", value: Redacted.make(written.trim(), { label: "secret" }) }
        : { _tag: "Env", name }
    )
  }
  if (written.source !== "env") return Result.succeed({ _tag: "Unsupported", source: written.source })
  if (variable.test(written.id)) return Result.succeed({ _tag: "Env", name: written.id })
  return Result.fail([
    {
      at: ["id"],
      message: "must be the name of a variable: capitals, digits and _",
      remedy: 'For example {source: "env", id: "SHOP_BOT_TOKEN"}'
    }
  ])
}

/** A secret as it may be written: itself, `"${NAME}"`, `"$NAME"` or `{source, provider, id}` (`reference-behaviour.md` §1.3). */
export const secret: Kind<SecretInput> = {
  secret: true,
  json: form.json,
  decode: (value) => Result.flatMap(form.decode(value), read)
}
