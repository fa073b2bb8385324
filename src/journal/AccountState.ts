import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { Journal, type JournalError } from "./Journal.ts"

/** The webhook as Zalo was last told of it. The secret is kept as its SHA-256 in hex. */
export interface RememberedWebhook {
  readonly url: string
  readonly secretHash: string
}

/** What is known of an account beyond its messages, for this process, the next one and the command line. */
export class AccountState extends Context.Service<
  AccountState,
  {
    /** Accounts of which anything is known, by name. */
    readonly accounts: Effect.Effect<ReadonlyArray<string>, JournalError>
    webhook(account: string): Effect.Effect<Option.Option<RememberedWebhook>, JournalError>
    rememberWebhook(account: string, webhook: RememberedWebhook): Effect.Effect<void, JournalError>
    /** What Zalo last found when it called the webhook, as JSON. */
    webhookCheck(account: string): Effect.Effect<Option.Option<string>, JournalError>
    saveWebhookCheck(account: string, json: string): Effect.Effect<void, JournalError>
    /** What the running gateway last said of the account, as JSON. */
    status(account: string): Effect.Effect<Option.Option<string>, JournalError>
    saveStatus(account: string, json: string): Effect.Effect<void, JournalError>
    /** Who holds the bot's lease, as it described itself. It says nothing of whether the lease is still held. */
    holder(account: string): Effect.Effect<Option.Option<string>, JournalError>
    /** Notes the holder and the bot it holds. */
    saveHolder(account: string, botId: string, holder: string | null): Effect.Effect<void, JournalError>
  }
>()("zalo-effect/journal/AccountState") {
  static readonly layerSql: Layer.Layer<AccountState, never, Journal> = Layer.effect(
    AccountState,
    Effect.suspend(() => make)
  )
}

const text = Schema.NullOr(Schema.String)
const decodeRows = Schema.decodeUnknownEffect(
  Schema.Array(
    Schema.Struct({ webhook_url: text, webhook_secret_hash: text, webhook_check: text, status: text, holder: text })
  )
)

const decodeNames = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ account: Schema.String })))

const make = Effect.gen(function* () {
  const { sql, read, write, query } = yield* Journal

  const find = (account: string) =>
    query(
      read`SELECT webhook_url, webhook_secret_hash, webhook_check, status, holder FROM account_state WHERE account = ${account}`.pipe(
        Effect.flatMap((rows) => Effect.orDie(decodeRows(rows))),
        Effect.map((rows) => Option.fromUndefinedOr(rows[0]))
      )
    )

  /** Sets some columns of an account, whether or not it has a row. */
  const save = (account: string, columns: Readonly<Record<string, string | null>>) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const row = { account, ...columns, updated_at: now }
      const changed = sql.csv(
        Object.keys(row)
          .filter((column) => column !== "account")
          .map((column) => sql`${sql(column)} = excluded.${sql(column)}`)
      )
      return write(
        Effect.asVoid(sql`INSERT INTO account_state ${sql.insert(row)} ON CONFLICT (account) DO UPDATE SET ${changed}`)
      )
    })

  return AccountState.of({
    accounts: query(
      Effect.map(
        Effect.flatMap(read`SELECT account FROM account_state ORDER BY account`, (rows) =>
          Effect.orDie(decodeNames(rows))
        ),
        (rows) => rows.map(({ account }) => account)
      )
    ),

    webhook: (account) =>
      Effect.map(find(account), (row) =>
        Option.flatMap(row, ({ webhook_url, webhook_secret_hash }) =>
          webhook_url === null || webhook_secret_hash === null
            ? Option.none()
            : Option.some({ url: webhook_url, secretHash: webhook_secret_hash })
        )
      ),
    rememberWebhook: (account, { url, secretHash }) =>
      save(account, { webhook_url: url, webhook_secret_hash: secretHash }),
    webhookCheck: (account) =>
      Effect.map(
        find(account),
        Option.flatMapNullishOr((row) => row.webhook_check)
      ),
    saveWebhookCheck: (account, json) => save(account, { webhook_check: json }),
    status: (account) =>
      Effect.map(
        find(account),
        Option.flatMapNullishOr((row) => row.status)
      ),
    saveStatus: (account, json) => save(account, { status: json }),
    holder: (account) =>
      Effect.map(
        find(account),
        Option.flatMapNullishOr((row) => row.holder)
      ),
    saveHolder: (account, botId, holder) => save(account, { bot_id: botId, holder })
  })
})
