import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { randomBytes } from "node:crypto"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { AdminToken } from "../gateway/AdminToken.ts"

/** Shorter ones were not made here, and could be guessed. */
const shortest = 16

const isMissing = (cause: unknown): boolean =>
  typeof cause === "object" && cause !== null && "code" in cause && cause.code === "ENOENT"

const read = (file: string): string | undefined => {
  try {
    return readFileSync(file, "utf8").trim()
  } catch (cause) {
    if (isMissing(cause)) return undefined
    throw cause
  }
}

const make = (directory: string, file: string): string => {
  const token = randomBytes(32).toString("hex")
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  writeFileSync(file, `${token}\n`, { mode: 0o600, flag: "wx" })
  return token
}

/**
 * The token in the file `admin-token` of the data directory, made there (0600) when it is missing. Without a usable one the
 * gateway runs all the same, and nobody is let in under `/v1/`.
 */
export const layer = (directory: string): Layer.Layer<AdminToken> => {
  const file = join(directory, "admin-token")
  return Layer.unwrap(
    Effect.try({ try: () => read(file) ?? make(directory, file), catch: () => "cannot be read or made" }).pipe(
      Effect.filterOrFail(
        (token) => token.length >= shortest && !/\s/.test(token),
        () => "holds no token: remove it, and one is made at the next start"
      ),
      Effect.map((token) => AdminToken.layer(Redacted.make(token, { label: "admin token" }))),
      Effect.catch((trouble) =>
        Effect.as(Effect.logError(`${file} ${trouble}; nobody is let in under /v1/`), AdminToken.layerNone)
      )
    )
  )
}
