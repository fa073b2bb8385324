import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Scope } from "effect/Scope"
import * as fs from "node:fs"
import { DatabaseSync } from "node:sqlite"
import * as os from "node:os"
import * as path from "node:path"
import { AccountId, ChatId, MessageId } from "../../src/domain/ids.ts"
import { Inbox } from "../../src/journal/Inbox.ts"
import type { Admission } from "../../src/journal/InboxRow.ts"
import { Journal, type JournalError } from "../../src/journal/Journal.ts"
import { journalMigrations } from "../../src/journal/migrations.ts"
import { Outbox } from "../../src/journal/Outbox.ts"
import { storeAt } from "./storeAt.ts"

export const shop = AccountId.make("shop")

/** A database file for one test. */
export const temporaryFile = Effect.map(
  Effect.acquireRelease(
    Effect.sync(() => fs.mkdtempSync(path.join(os.tmpdir(), "zalo-effect-journal-"))),
    (directory) => Effect.sync(() => fs.rmSync(directory, { recursive: true, force: true }))
  ),
  (directory) => path.join(directory, "store.db")
)

/** What one process has: its own connections to the file. Built anew each time, as by another process. */
export const processOn = (filename: string): Layer.Layer<Inbox | Outbox | Journal, JournalError> =>
  Layer.fresh(
    Layer.merge(Inbox.layerSql, Outbox.layerSql).pipe(
      Layer.provideMerge(storeAt({ filename, migrations: journalMigrations, migrate: true }))
    )
  )

/** Runs a test on a file of its own. */
export const onFile = <A, E>(test: (filename: string) => Effect.Effect<A, E, Inbox | Outbox | Journal | Scope>) =>
  Effect.scoped(Effect.flatMap(temporaryFile, (filename) => Effect.provide(test(filename), processOn(filename))))

/** Another program with the file open. */
export const otherProgram = (filename: string) =>
  Effect.acquireRelease(
    Effect.sync(() => new DatabaseSync(filename, { timeout: 0 })),
    (db) => Effect.sync(() => db.close())
  )

export const admission = (chat: string, id: string, changes: Partial<Admission> = {}): Admission => ({
  account: shop,
  messageId: MessageId.make(id),
  chat: ChatId.make(chat),
  receivedAt: 1_000,
  source: "webhook",
  body: `{"id":"${id}"}`,
  state: "pending",
  reason: null,
  ...changes
})

export const lane = (chat: string) => ({ account: shop, chat: ChatId.make(chat) })
