import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { Cluster } from "../gateway/Cluster.ts"
import { Gateway } from "../gateway/Gateway.ts"
import { ProgramVersion } from "../gateway/ProgramVersion.ts"
import { Inbox } from "../journal/Inbox.ts"
import type { Journal, JournalError } from "../journal/Journal.ts"
import { makeJournalProbe } from "../journal/observe/probe.ts"
import { Outbox } from "../journal/Outbox.ts"
import { SendCounts } from "../journal/SendCounts.ts"
import { type AccountRuntime, Accounts } from "../pipeline/Accounts.ts"
import { Pipeline } from "../pipeline/Pipeline.ts"
import type { Family } from "./exposition.ts"

/** What only the platform knows: memory, processor, event loop. Nothing where nobody tells. */
export const ProcessFamilies = Context.Reference<Effect.Effect<ReadonlyArray<Family>>>(
  "zalo-effect/http/ProcessFamilies",
  { defaultValue: () => Effect.succeed([]) }
)

type Labels = Readonly<Record<string, string>>

/** Gathers samples of several accounts under their names. */
class Gauges {
  readonly #families = new Map<string, { help: string; samples: Array<Family["samples"][number]> }>()

  add(name: string, help: string, labels: Labels, value: number): void {
    const family = this.#families.get(name) ?? { help, samples: [] }
    family.samples.push({ labels, value })
    this.#families.set(name, family)
  }

  get all(): ReadonlyArray<Family> {
    return Array.from(this.#families, ([name, { help, samples }]) => ({ name, help, type: "gauge", samples }))
  }
}

/** What is read from the journal and the accounts when somebody asks: nothing is kept up to date for it. */
export const makeGauges: Effect.Effect<
  Effect.Effect<ReadonlyArray<Family>>,
  never,
  Gateway | Pipeline | Accounts | Inbox | Outbox | SendCounts | Journal
> = Effect.gen(function* () {
  const gateway = yield* Gateway
  const accounts = yield* Accounts
  const inbox = yield* Inbox
  const outbox = yield* Outbox
  const counts = yield* SendCounts
  const probe = yield* makeJournalProbe
  const pipeline = yield* Pipeline
  // A request has its own context: these are what the server was built with.
  const ofProcess = yield* ProcessFamilies
  const cluster = yield* Cluster
  const version = yield* ProgramVersion

  const stored = Effect.fnUntraced(function* (
    gauges: Gauges,
    { settings: { id, quota } }: AccountRuntime,
    now: number
  ): Effect.fn.Return<void, JournalError> {
    const account = { account: id }
    const received = yield* inbox.counts(id)
    const age = (since: number | null) => (since === null ? 0 : Math.max(0, now - since) / 1_000)
    gauges.add("zalo_inbox_pending", "Messages that wait, kept ones among them.", account, received.pending)
    gauges.add("zalo_inbox_held", "Messages that are kept for a person.", account, received.held)
    gauges.add(
      "zalo_oldest_unprocessed_seconds",
      "Age of the oldest message that waits for the bot; 0 when none does.",
      account,
      age(received.oldest)
    )
    gauges.add("zalo_dead", "What was given up, and nobody has dropped.", { ...account, queue: "inbox" }, received.dead)
    const sent = yield* outbox.counts(id)
    gauges.add("zalo_dead", "", { ...account, queue: "outbox" }, sent.dead)
    gauges.add("zalo_unknown", "Sends whose fate is not known, and nobody has dropped.", account, sent.unknown)
    gauges.add("zalo_outbox_queued", "Sends that wait.", account, sent.queued)
    gauges.add("zalo_outbox_sending", "Sends under way.", account, sent.sending)
    gauges.add("zalo_quota_used", "Messages that Zalo took this month.", account, yield* counts.sent(id))
    if (quota !== null) gauges.add("zalo_quota_limit", "Messages that Zalo allows in a month.", account, quota)
  })

  return Effect.gen(function* () {
    const gauges = new Gauges()
    const now = yield* Clock.currentTimeMillis
    for (const { account, lastGoodAt, ready, runner, transport } of yield* gateway.reports) {
      const labels = { account, transport, ...(runner === null ? {} : { runner }) }
      gauges.add("zalo_transport_ready", "Whether messages get in: 1 or 0.", labels, ready ? 1 : 0)
      if (lastGoodAt === null) continue
      const age = Math.max(0, now - Date.parse(lastGoodAt)) / 1_000
      gauges.add("zalo_transport_last_good_age_seconds", "Time since the last good poll or webhook check.", labels, age)
    }
    for (const one of yield* accounts.all) {
      const rate = Option.getOrElse(yield* one.pace.delayed, () => Number.POSITIVE_INFINITY)
      const help = "Messages a second that an account is slowed down to; +Inf while it is not."
      gauges.add("zalo_pace_limit_per_second", help, { account: one.settings.id }, rate)
      yield* Effect.ignore(stored(gauges, one, now))
    }
    const { sends, turns } = yield* pipeline.lanes
    gauges.add("zalo_lanes", "Chats at work in this process.", { kind: "turns" }, turns)
    gauges.add("zalo_lanes", "", { kind: "sends" }, sends)
    if (cluster !== undefined) {
      const { own } = yield* cluster.shards
      const runners = yield* cluster.runners
      gauges.add("zalo_cluster_shards", "Shards that this runner has.", {}, own)
      for (const healthy of [true, false]) {
        const count = runners.filter((one) => one.healthy === healthy).length
        gauges.add("zalo_cluster_runners", "Runners of the cluster.", { healthy: String(healthy) }, count)
      }
    }
    const trouble = yield* probe
    gauges.add("zalo_journal_ready", "Whether the journal commits: 1 or 0.", {}, trouble === undefined ? 1 : 0)
    gauges.add("zalo_build_info", "The version that runs.", { version }, 1)
    return [...gauges.all, ...(yield* ofProcess)]
  })
})
