import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { AccountState } from "../../src/journal/AccountState.ts"
import { Inbox } from "../../src/journal/Inbox.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { journalMigrations } from "../../src/journal/migrations.ts"
import { layerSqlite } from "../../src/node/store.ts"

const directory = Effect.acquireRelease(
  Effect.sync(() => fs.mkdtempSync(path.join(os.tmpdir(), "zalo-effect-"))),
  (folder) => Effect.sync(() => fs.rmSync(folder, { recursive: true }))
)

/** A journal in a file of its own. */
const journal = Layer.unwrap(
  Effect.map(directory, (folder) =>
    layerSqlite({ filename: path.join(folder, "test.db"), migrations: journalMigrations, migrate: true })
  )
)

export const stored = Layer.merge(Inbox.layerSql, AccountState.layerSql).pipe(
  Layer.provideMerge(journal),
  Layer.provideMerge(NodeCrypto.layerDigest)
)

interface Row {
  readonly account: string
  readonly message_id: string
  readonly chat: string
  readonly state: string
  readonly reason: string | null
  readonly source: string
  readonly body: string
  readonly duplicates: number
}

/** What the inbox holds, oldest first. */
export const rows = Effect.gen(function* () {
  const { read } = yield* Journal
  return yield* read<Row>`
    SELECT account, message_id, chat, state, reason, source, body, duplicates FROM inbox ORDER BY seq`
})
