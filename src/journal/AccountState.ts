import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { Journal, type JournalError } from "./Journal.ts"

/** The webhook as Zalo was last told of it. The secret is kept as a hash. */
export interface RememberedWebhook {
  readonly url: string
  readonly secretHash: string
}

/** What is remembered of an account beside its messages. */
export class AccountState extends Context.Service<
  AccountState,
  {
    webhook(account: string): Effect.Effect<Option.Option<RememberedWebhook>, JournalError>
    rememberWebhook(account: string, webhook: RememberedWebhook): Effect.Effect<void, JournalError>
    /** How the account stands, as JSON: for commands in other processes. */
    status(account: string): Effect.Effect<Option.Option<string>, JournalError>
    saveStatus(account: string, json: string): Effect.Effect<void, JournalError>
  }
>()("zalo-effect/journal/AccountState") {
  static readonly layerSql: Layer.Layer<AccountState, never, Journal> = Layer.effect(
    AccountState,
    Effect.suspend(() => make)
  )
}

const Row = Schema.Struct({
  webhook_url: Schema.NullOr(Schema.String),
  webhook_secret_hash: Schema.NullOr(Schema.String),
  status: Schema.NullOr(Schema.String)
})
const decodeRows = Schema.decodeUnknownEffect(Schema.Array(Row))

const make = Effect.gen(function* () {
  const { sql, read, write, query } = yield* Journal

  const row = (account: string) =>
    query(
      Effect.map(
        Effect.flatMap(
          read`SELECT webhook_url, webhook_secret_hash, status FROM account_state WHERE account = ${account}`,
          (rows) => Effect.orDie(decodeRows(rows))
        ),
        (rows) => Option.fromUndefinedOr(rows[0])
      )
    )

  return AccountState.of({
    webhook: (account) =>
      Effect.map(
        row(account),
        Option.flatMap(({ webhook_url: url, webhook_secret_hash: secretHash }) =>
          url === null || secretHash === null ? Option.none() : Option.some({ url, secretHash })
        )
      ),

    rememberWebhook: Effect.fnUntraced(function* (account: string, webhook: RememberedWebhook) {
      const now = yield* Clock.currentTimeMillis
      yield* write(sql`
        INSERT INTO account_state (account, webhook_url, webhook_secret_hash, updated_at)
        VALUES (${account}, ${webhook.url}, ${webhook.secretHash}, ${now})
        ON CONFLICT (account) DO UPDATE SET webhook_url = excluded.webhook_url,
          webhook_secret_hash = excluded.webhook_secret_hash, updated_at = excluded.updated_at`)
    }),

    status: (account) =>
      Effect.map(
        row(account),
        Option.flatMapNullishOr((found) => found.status)
      ),

    saveStatus: Effect.fnUntraced(function* (account: string, json: string) {
      const now = yield* Clock.currentTimeMillis
      yield* write(sql`
        INSERT INTO account_state (account, status, updated_at) VALUES (${account}, ${json}, ${now})
        ON CONFLICT (account) DO UPDATE SET status = excluded.status, updated_at = excluded.updated_at`)
    })
  })
})
