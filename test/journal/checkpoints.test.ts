import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as fs from "node:fs"
import { Inbox } from "../../src/journal/Inbox.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { admission, onFile } from "./kit.ts"

it.live(
  "the log is copied into the database beside the event loop, and stays short",
  () =>
    onFile((filename) =>
      Effect.gen(function* () {
        const inbox = yield* Inbox
        const { query, read } = yield* Journal
        const empty = fs.statSync(filename).size
        const body = "x".repeat(2_000)
        const round = (from: number) =>
          Effect.all(
            Array.from({ length: 1_000 }, (_, n) => inbox.admit(admission(`c${n % 50}`, `m${from + n}`, { body }))),
            { concurrency: 50, discard: true }
          )
        yield* round(0)
        yield* round(1_000)
        // 1,000 pages at least: SQLite itself would do it only at 20,000.
        while (fs.statSync(filename).size < empty + 1_000_000) yield* Effect.sleep("50 millis")
        for (let n = 2; n <= 12; n++) {
          yield* round(n * 1_000)
          yield* Effect.sleep("100 millis")
        }
        assert.isBelow(fs.statSync(`${filename}-wal`).size, 64_000_000)
        const [count] = yield* query(read<{ n: number }>`SELECT COUNT(*) AS n FROM inbox`)
        assert.strictEqual(count?.n, 13_000)
        const [check] = yield* query(read<{ integrity_check: string }>`PRAGMA integrity_check`)
        assert.strictEqual(check?.integrity_check, "ok")
      })
    ),
  60_000
)
