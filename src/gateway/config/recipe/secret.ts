import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { fromSchema } from "./kinds.ts"
import type { Issue, Kind } from "./Key.ts"

/** Where a secret may lie outside of the file. */
export type SecretSource = "env" | "file" | "exec"

export interface SecretReference {
  readonly _tag: "Reference"
  readonly source: SecretSource
  /** Undefined: the source's default one. */
  readonly provider: string | undefined
  readonly id: string
}

/** A value, or where it is to be had. */
export type SecretInput =
  | { readonly _tag: "Value"; readonly value: Redacted.Redacted }
  | SecretReference
  | { readonly _tag: "Unsupported"; readonly source: string }

export const providerName = /^[a-z][a-z0-9_-]{0,63}$/

const Reference = Schema.Struct({
  source: Schema.Literals(["env", "file", "exec", "store"]),
  provider: Schema.optionalKey(Schema.String.check(Schema.isPattern(providerName))),
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

/** How an id must read, and what to say when it does not (`reference-behaviour.md` §1.3). */
const ids: Readonly<
  Record<SecretSource, { readonly fits: (id: string) => boolean; readonly message: string; readonly remedy: string }>
> = {
  env: {
    fits: (id) => variable.test(id),
    message: "must be the name of a variable: capitals, digits and _",
    remedy: 'For example {source: "env", id: "SHOP_BOT_TOKEN"}'
  },
  file: {
    fits: (id) => id === "value" || /^(?:\/(?:[^~/]|~[01])*)+$/.test(id),
    message: 'must be a JSON pointer such as "/zalo/token", or "value" for a file that holds one secret alone',
    remedy: 'For example {source: "file", provider: "secrets", id: "/zalo/token"}'
  },
  exec: {
    fits: (id) =>
      /^[A-Za-z0-9][A-Za-z0-9._:/#-]{0,255}$/.test(id) && !id.split("/").some((part) => part === "." || part === ".."),
    message: "must have letters, digits and . _ : / # - only, at most 256, with no part that is . or ..",
    remedy: 'For example {source: "exec", provider: "vault", id: "zalo/token"}'
  }
}

const reference = (
  source: SecretSource,
  id: string,
  provider?: string
): Result.Result<SecretInput, ReadonlyArray<Issue>> => {
  const { fits, message, remedy } = ids[source]
  return fits(id)
    ? Result.succeed({ _tag: "Reference", source, provider, id })
    : Result.fail([{ at: ["id"], message, remedy }])
}

const read = (written: typeof Written.Type): Result.Result<SecretInput, ReadonlyArray<Issue>> => {
  if (typeof written === "string") {
    const found = shorthand.exec(written.trim())
    const name = found?.[1] ?? found?.[2]
    return name === undefined
      ? Result.succeed({ _tag: "Value", value: Redacted.make(written.trim(), { label: "secret" }) })
      : reference("env", name)
  }
  return written.source === "store"
    ? Result.succeed({ _tag: "Unsupported", source: written.source })
    : reference(written.source, written.id, written.provider)
}

/** A secret as it may be written: itself, `"${NAME}"`, `"$NAME"` or `{source, provider, id}` (`reference-behaviour.md` §1.3). */
export const secret: Kind<SecretInput> = {
  secret: true,
  json: form.json,
  decode: (value) => Result.flatMap(form.decode(value), read)
}
