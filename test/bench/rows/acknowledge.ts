import type { Bench } from "../Bench.ts"
import { serve } from "../gateway.ts"
import { acknowledged, type Contestant } from "../contest.ts"
import { type Server, start } from "../processes.ts"
import { ratioRow, type Row } from "../Row.ts"
import type { Shape } from "../updates.ts"

interface Side extends Contestant {
  /** Only taken: no turn, because the event is unknown. */
  readonly unknownEvent: boolean
  readonly perSecond: Array<number>
  readonly cpuMicros: Array<number>
  readonly p99: Array<number>
}

const side = (server: Server, path: string, shape: Shape, unknownEvent = false): Side => ({
  pids: [server.pid],
  target: { port: server.port, path, shape },
  unknownEvent,
  perSecond: [],
  cpuMicros: [],
  p99: []
})

/**
 * How fast a webhook is answered: 50 kept-alive connections, each request a message of its own, one server after the other in
 * every round. Ours answers after the commit.
 */
export const acknowledge = async ({ quick, rounds, world, load, say }: Bench): Promise<ReadonlyArray<Row>> => {
  const ours = await serve({ api: world.port, transport: "webhook", dmPolicy: "disabled" })
  const bare = await start("peers/bare.ts")
  const storeless = await start("peers/without-store.ts")
  const grammy = await start("peers/grammy.ts", ["webhook", String(world.port), "nothing"])
  const sides = {
    taken: side(ours, "/zalo", "zalo", true),
    bare: side(bare, "/", "zalo"),
    storeless: side(storeless, "/zalo", "zalo", true),
    grammy: side(grammy, "/", "telegram"),
    judged: side(ours, "/zalo", "zalo")
  }
  const seconds = quick ? 1 : 2
  const once = async (one: Side, keep: boolean) => {
    const result = await acknowledged(load, one, seconds, one.unknownEvent)
    if (!keep) return
    one.perSecond.push(result.perSecond)
    one.p99.push(result.p99)
    one.cpuMicros.push(result.cpuMicros)
  }
  try {
    for (let round = 0; round <= rounds; round++) {
      say(round === 0 ? "acknowledgement: warming up" : `acknowledgement: round ${round} of ${rounds}`)
      for (const one of Object.values(sides)) await once(one, round > 0)
    }
  } finally {
    await Promise.all([ours, bare, storeless, grammy].map((server) => server.stop()))
  }
  const row = (what: string, one: Side, beside: string, other: Side, least?: number) =>
    ratioRow({
      what,
      unit: "/s",
      ours: one.perSecond,
      beside,
      theirs: other.perSecond,
      ...(least === undefined ? {} : { aim: { least } }),
      more: {
        cpuMicros: { ours: one.cpuMicros, theirs: other.cpuMicros },
        p99Ms: { ours: one.p99, theirs: other.p99 }
      }
    })
  return [
    row(
      "Webhook answered after the commit",
      sides.taken,
      "`node:http` + secret + `JSON.parse`, kept nowhere",
      sides.bare,
      0.5
    ),
    row("Webhook answered after the commit", sides.taken, "grammY `webhookCallback`, kept nowhere", sides.grammy, 1.5),
    row("Webhook answered after the commit", sides.taken, "our route without a store", sides.storeless, 0.8),
    row(
      "The same, each message also judged and ended (`dmPolicy: disabled`)",
      sides.judged,
      "grammY as above",
      sides.grammy
    )
  ]
}
