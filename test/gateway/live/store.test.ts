import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as TestClock from "effect/testing/TestClock"
import { Gateway, Journal } from "zalo-effect"
import { EmulatedZalo, FakeZalo, TestGateway } from "zalo-effect/testing"

/** What SQLite itself does when the disk is full, and when the file may not be written. */
const troubles = {
  full: {
    begin: "PRAGMA max_page_count = 1",
    end: "PRAGMA max_page_count = 1073741823"
  },
  readonly: { begin: "PRAGMA query_only = ON", end: "PRAGMA query_only = OFF" }
}

const logged = () => {
  const lines: Array<string> = []
  return { lines, layer: Logger.layer([Logger.make(({ message }) => void lines.push(String(message)))]) }
}

describe.each(["full", "readonly"] as const)("a store that is %s", (kind) => {
  it.effect.each(["polling", "webhook"] as const)(
    "takes nothing over %s that it cannot keep, says so, and goes on when it can",
    (transport) => {
      const { layer, lines } = logged()
      return Effect.gen(function* () {
        const zalo = yield* FakeZalo
        const journal = yield* Journal
        const gateway = yield* Gateway
        const lan = zalo.user("Lan")
        yield* lan.says("một")
        assert.strictEqual(yield* lan.hears, "một")
        // Something must be written that needs a new page: an empty store has room in the pages that it has.
        yield* journal.sql.unsafe(troubles[kind].begin)
        yield* lan.says("hai ".repeat(kind === "full" ? 5_000 : 1))
        yield* TestClock.adjust("5 seconds")
        const [report] = yield* gateway.reports
        // What is small may still find room in a database that is only nearly full.
        if (kind === "readonly") {
          assert.isFalse(report?.ready)
          assert.deepInclude(report?.trouble, { kind: "store", class: "operator" })
          assert.match(report?.reason ?? "", /cannot be used \(readonly\)/)
        }
        assert.strictEqual(
          lines.filter((line) => line.includes(`cannot be used (${kind})`) && line.includes(";")).length,
          1
        )
        if (transport === "webhook") {
          const deliveries = yield* EmulatedZalo.use(({ deliveries }) => deliveries)
          assert.strictEqual(deliveries.at(-1)?.status, 503)
        }
        yield* journal.sql.unsafe(troubles[kind].end)
        yield* TestClock.adjust("1 minute")
        assert.match(yield* lan.hears, /^hai/)
        yield* lan.says("ba")
        let last = yield* lan.hears
        // A long answer comes in parts.
        while (last.startsWith("hai")) last = yield* lan.hears
        assert.strictEqual(last, "ba")
        yield* TestClock.adjust("31 seconds")
        assert.isTrue((yield* gateway.reports)[0]?.ready)
        assert.strictEqual(lines.filter((line) => line.startsWith("the journal works again")).length, 1)
      }).pipe(Effect.provide(TestGateway.layer({ dmPolicy: "open", transport }).pipe(Layer.provideMerge(layer))))
    }
  )
})
