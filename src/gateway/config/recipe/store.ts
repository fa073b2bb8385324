import * as Schema from "effect/Schema"
import { duration } from "./duration.ts"
import { group, key } from "./Key.ts"
import { fromSchema, integer } from "./kinds.ts"
import { secret } from "./secret.ts"

export const url = key("url", secret, {
  description:
    'The address of a PostgreSQL database, postgres://USER:PASSWORD@HOST:PORT/DATABASE, or "${NAME}" of a variable. ZALO_EFFECT_STORE_URL wins.',
  fallback: "none: zalo-effect.db in the data directory"
})

export const schema = key(
  "schema",
  fromSchema(
    Schema.String.check(Schema.isPattern(/^[a-z_][a-z0-9_]{0,62}$/)),
    "the name of a schema: lower-case letters, digits and _",
    'For example "zalo"'
  ),
  { description: "The schema of PostgreSQL that holds the tables; it is made if need be.", fallback: "public" }
)

export const connections = key("connections", integer(1, 100), {
  description: "How many connections to PostgreSQL read; a few more write, listen and hold leases.",
  fallback: "8"
})

export const statementTimeout = key("statementTimeout", duration(), {
  description: "How long one statement may take on PostgreSQL.",
  fallback: "15s"
})

export const store = group("store", "Where the journal lives.", [url, schema, connections, statementTimeout])
