import { assert, describe, it } from "@effect/vitest"
import { examine } from "../../../src/gateway/doctor/examine.ts"
import type { AccountFacts, Facts } from "../../../src/gateway/doctor/facts.ts"
import { findingLine } from "../../../src/gateway/doctor/Finding.ts"

const hour = 3_600_000
const mebibyte = 1_048_576

const account: AccountFacts = {
  account: "shop",
  name: null,
  enabled: true,
  transport: "polling",
  idle: null,
  lease: { pid: 1, host: "vps", since: "2026-11-25T08:00:00.000Z" },
  report: {
    account: "shop",
    name: null,
    bot: "Bot",
    transport: "polling",
    ready: true,
    reason: null,
    stopped: false,
    lastGoodAt: "2026-11-25T08:00:00.000Z",
    runner: null,
    trouble: null
  },
  queue: { pending: 0, dead: 0, queued: 0, sending: 0, unknown: 0, undelivered: 0, oldest: null },
  quota: { used: 0, limit: 3_000, warning: null },
  drift: [],
  pairing: { waiting: 0, turnedAway: 0 },
  handoff: { chats: 0, since: null },
  agent: { type: "echo", trouble: null },
  probe: { bot: "Bot", elapsedMs: 3, trouble: null, webhook: null }
}

const healthy: Facts = {
  now: 100 * hour,
  config: { file: "zalo-effect.json5", problems: [], warnings: [], agentConfigured: true, standing: null },
  machine: {
    dataDir: "/data",
    dataDirProblem: null,
    disk: { free: 10_000 * mebibyte, total: 20_000 * mebibyte },
    openFiles: [],
    clockAhead: 400
  },
  store: { _tag: "Open", path: "/data/zalo-effect.db", bytes: 1, logBytes: 1, writable: true },
  server: { address: "127.0.0.1:8787", answers: "gateway" },
  accounts: [account]
}

const codes = (facts: Facts) => examine(facts).map(({ code }) => code)
const of = (change: Partial<AccountFacts>): Facts => ({ ...healthy, accounts: [{ ...account, ...change }] })

describe("what a test as root cannot plant", () => {
  it("a healthy gateway has nothing", () => {
    assert.deepStrictEqual(examine(healthy), [])
  })

  it("a disk that is full is an error, one that is nearly full a warning", () => {
    const disk = (free: number) => ({ ...healthy, machine: { ...healthy.machine, disk: { free, total: 1e12 } } })
    assert.deepStrictEqual(codes(disk(63 * mebibyte)), ["disk-full"])
    assert.deepStrictEqual(codes(disk(64 * mebibyte)), ["disk-low"])
    assert.deepStrictEqual(codes(disk(512 * mebibyte)), [])
    assert.deepStrictEqual(codes({ ...healthy, machine: { ...healthy.machine, disk: null } }), [])
  })

  it("a store that cannot be written, is full or is held by somebody says which", () => {
    const unusable = (reason: "readonly" | "full" | "busy" | "schema" | "corrupt") =>
      codes({ ...healthy, store: { _tag: "Unusable", path: "/data/zalo-effect.db", reason, detail: "it said so" } })
    assert.deepStrictEqual((["readonly", "full", "busy", "schema", "corrupt"] as const).flatMap(unusable), [
      "store-read-only",
      "disk-full",
      "store-unusable",
      "store-schema",
      "store-corrupt"
    ])
    const store = { _tag: "Open", path: "/data/zalo-effect.db", bytes: 1, logBytes: 1, writable: false } as const
    assert.deepStrictEqual(codes({ ...healthy, store }), ["store-read-only"])
  })

  it("a clock may be a minute off, in either direction", () => {
    const clock = (clockAhead: number) => ({ ...healthy, machine: { ...healthy.machine, clockAhead } })
    assert.deepStrictEqual([clock(60_000), clock(-60_000)].flatMap(codes), [])
    assert.match(examine(clock(-7_200_000))[0]?.message ?? "", /2 hours behind Zalo's/)
    assert.match(examine(clock(61_000))[0]?.message ?? "", /1 minute ahead of Zalo's/)
  })
})

describe("what is said of an account", () => {
  it("a quota that is used up is worse than one that nearly is", () => {
    const quota = (used: number) => examine(of({ quota: { used, limit: 3_000, warning: "nearly" } }))[0]?.severity
    assert.deepStrictEqual([quota(2_999), quota(3_000)], ["warning", "error"])
  })

  it("people may wait a quarter of an hour for a person", () => {
    const since = (ago: number) => codes(of({ handoff: { chats: 2, since: healthy.now - ago } }))
    assert.deepStrictEqual([since(15 * 60_000), since(16 * 60_000)], [[], ["people-waiting"]])
  })

  it("an account that is switched off is asked nothing, but what waits for it is told", () => {
    const off = { enabled: false, idle: "switched off by channels.zalo.enabled", lease: null, report: null }
    const queue = { ...account.queue, pending: 1, oldest: 1 }
    assert.deepStrictEqual(codes(of(off)), [])
    assert.deepStrictEqual(codes(of({ ...off, queue })), ["waiting-long"])
  })

  it("the worst comes first, and each line ends with what to do", () => {
    const found = examine(of({ drift: ["a field"], queue: { ...account.queue, dead: 2, unknown: 1 } }))
    assert.deepStrictEqual(
      found.map(({ severity }) => severity),
      ["error", "warning", "note"]
    )
    assert.strictEqual(
      found.map(findingLine)[0],
      "shop: 2 messages were given up without an answer. zalo-effect queue list --account shop --state dead, then queue retry or queue drop"
    )
  })
})

describe("what a running gateway says of its configuration", () => {
  const standing = { problems: [], since: null, restart: [], loadedAt: 0 }
  const found = (changed: Partial<NonNullable<Facts["config"]["standing"]>>) =>
    examine({ ...healthy, config: { ...healthy.config, standing: { ...standing, ...changed } } })

  it("nothing while what is written is in force", () => {
    assert.deepStrictEqual(found({}), [])
  })

  it("an edit that it could not take, with the place and since when", () => {
    const problem = {
      file: "/etc/z.json5",
      line: 3,
      key: "channels.zalo.dmPolicy",
      message: "is wrong",
      remedy: "Mend it"
    }
    const [finding] = found({ problems: [problem], since: Date.UTC(2026, 10, 25, 8) })
    assert.deepInclude(finding, { code: "config-not-taken", severity: "error", account: null })
    assert.include(finding?.message, "2026-11-25T08:00:00.000Z")
    assert.deepStrictEqual(finding?.details, ["/etc/z.json5:3: channels.zalo.dmPolicy: is wrong. Mend it"])
  })

  it("what waits for a restart", () => {
    const [finding] = found({ restart: ["gateway.port"] })
    assert.deepInclude(finding, { code: "config-not-taken", severity: "warning" })
    assert.include(finding?.message, "gateway.port")
  })
})

it("an account in trouble is told with its own next step", () => {
  const trouble = {
    kind: "token-refused",
    class: "operator",
    message: "token refused (401)",
    next: "Put the new token into the configuration",
    since: "2026-11-25T08:00:00.000Z",
    count: 4
  } as const
  if (account.report === null) return assert.fail("the healthy account has a report")
  const report = { ...account.report, ready: false, reason: trouble.message, trouble }
  const [finding] = examine({ ...healthy, accounts: [{ ...account, report }] })
  assert.deepInclude(finding, { code: "not-ready", remedy: trouble.next })
  assert.deepStrictEqual(finding?.details, ["operator since 2026-11-25T08:00:00.000Z, 4 times"])
})
