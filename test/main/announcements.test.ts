import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { ServerEvent } from "../../src/cli/Operations.ts"
import { line } from "../../src/cli/announce.ts"
import type { AccountReport } from "../../src/gateway/AccountReport.ts"
import { announceAccounts } from "../../src/main/announcements.ts"

const ready: AccountReport = {
  account: "one",
  name: null,
  bot: "Bot Hai",
  transport: "polling",
  ready: true,
  reason: null,
  stopped: false,
  lastGoodAt: null,
  runner: null,
  trouble: null
}
const waiting: AccountReport = { ...ready, ready: false, reason: "Zalo does not answer" }
const stopped: AccountReport = { ...waiting, stopped: true, reason: "the token is wrong" }

/** What is said of such reports, one after the other. */
const said = Effect.fnUntraced(function* (...reports: ReadonlyArray<AccountReport>) {
  const events: Array<ServerEvent> = []
  yield* announceAccounts({ changes: Stream.fromIterable(reports) }, (event) =>
    Effect.sync(() => {
      events.push(event)
    })
  )
  return events.map(line)
})

describe("an account", () => {
  it.effect("that is ready is announced once", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* said(waiting, ready, { ...ready, lastGoodAt: "2026-11-25T01:00:00.000Z" }), [
        "one: ready as Bot Hai (polling)"
      ])
    })
  )

  it.effect("is announced again when it is ready after it was not, and when it stopped", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* said(ready, waiting, ready, stopped, stopped), [
        "one: ready as Bot Hai (polling)",
        "one: ready as Bot Hai (polling)",
        "one: stopped: the token is wrong"
      ])
    })
  )

  it.effect("that is another bot now is announced as that, also if nobody saw it unready in between", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* said(ready, { ...ready, bot: "Bot Một" }, { ...ready, bot: "Bot Một" }), [
        "one: ready as Bot Hai (polling)",
        "one: ready as Bot Một (polling)"
      ])
    })
  )

  it.effect("whose updates come another way now is announced again", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* said(ready, { ...ready, transport: "webhook" }), [
        "one: ready as Bot Hai (polling)",
        "one: ready as Bot Hai (webhook)"
      ])
    })
  )

  it.effect("is announced whatever is said of another", () =>
    Effect.gen(function* () {
      const two: AccountReport = { ...ready, account: "two", bot: "Bot Một" }
      assert.deepStrictEqual(yield* said(ready, two, ready, two), [
        "one: ready as Bot Hai (polling)",
        "two: ready as Bot Một (polling)"
      ])
    })
  )
})
