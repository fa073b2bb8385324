import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { Environment } from "./environment.ts"
import { keyText } from "./path.ts"
import { durationText } from "./recipe/duration.ts"
import * as recipe from "./recipe/store.ts"
import type { Report } from "./report.ts"
import { type Scope, find, get, inner } from "./scope.ts"
import { resolve, type Secrets, unavailable } from "./secrets.ts"
import type { Shown } from "./show.ts"

/** A database on a PostgreSQL server. */
export interface PostgresSettings {
  readonly url: Redacted.Redacted
  /** Undefined: the one that the server chooses, `public` as a rule. */
  readonly schema: string | undefined
  /** That read. */
  readonly connections: number
  readonly statementTimeout: Duration.Duration
}

/** Where the journal lives. */
export interface StoreSettings {
  /** Undefined: SQLite, in the data directory. */
  readonly postgres: PostgresSettings | undefined
}

const form = /^postgres(?:ql)?:\/\/\S+$/

/** The database's address as people may see it: where it is, and nothing that opens it. */
export const placeOf = (url: Redacted.Redacted): string => {
  const text = Redacted.value(url)
  if (!URL.canParse(text)) return "postgres://"
  const { host, pathname, protocol } = new URL(text)
  return `${protocol}//${host}${pathname}`
}

const remedy = "Write postgres://USER:PASSWORD@HOST:PORT/DATABASE, or leave it out for SQLite in the data directory"

const isAddress = (url: Redacted.Redacted): boolean =>
  form.test(Redacted.value(url)) && URL.canParse(Redacted.value(url))

/**
 * The `store` section. Unlike other secrets, an address that cannot be had is an error for every command: without it nobody
 * knows which store is meant.
 */
export const storeOf = Effect.fnUntraced(function* (
  file: Scope,
  environment: Environment,
  report: Report
): Effect.fn.Return<StoreSettings, never, Secrets> {
  const section = inner(file, recipe.store)
  const at = (url: Redacted.Redacted): StoreSettings => ({
    postgres: {
      url,
      schema: get(section, recipe.schema),
      connections: get(section, recipe.connections) ?? 8,
      statementTimeout: get(section, recipe.statementTimeout) ?? Duration.seconds(15)
    }
  })
  if (environment.storeUrl !== undefined) {
    if (isAddress(environment.storeUrl)) return at(environment.storeUrl)
    report.outside("ZALO_EFFECT_STORE_URL", "is not the address of a PostgreSQL database", remedy)
    return { postgres: undefined }
  }
  const written = find(section, recipe.url)
  if (written === undefined) return { postgres: undefined }
  const resolved = yield* resolve(written.value, keyText(written.path))
  if (resolved._tag === "Unavailable") {
    report.problem(written.path, unavailable(resolved.message), resolved.remedy)
    return { postgres: undefined }
  }
  // A secret that is yet to be fetched has another form; whatever is made of it is thrown away.
  if (resolved.from === "pending" || isAddress(resolved.value)) return at(resolved.value)
  report.problem(written.path, "is not the address of a PostgreSQL database", remedy)
  return { postgres: undefined }
})

export const showStore = ({ postgres }: StoreSettings): Shown =>
  postgres === undefined
    ? { type: "sqlite" }
    : {
        type: "postgres",
        url: placeOf(postgres.url),
        schema: postgres.schema ?? null,
        connections: postgres.connections,
        statementTimeout: durationText(postgres.statementTimeout)
      }
