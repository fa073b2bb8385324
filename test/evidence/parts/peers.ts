import { median, short, spread } from "../../bench/figures.ts"
import type { Found, Given, Part, Row } from "../Evidence.ts"
import type { Bars } from "../render/Chart.ts"
import { type Peer, peerNames, type PeerSpeed, peerSpeed } from "../speed/peers.ts"
import { withSetting } from "../speed/setting.ts"

const rounds = <A>(of: Readonly<Partial<Record<Peer, ReadonlyArray<A>>>>, peer: Peer): ReadonlyArray<A> =>
  of[peer] ?? []

const present = <A>(of: Readonly<Partial<Record<Peer, ReadonlyArray<A>>>>): ReadonlyArray<Peer> =>
  (["ours", "bare", "grammy", "runner", "telegraf"] as const).filter((peer) => of[peer] !== undefined)

const others = <A>(
  of: Readonly<Partial<Record<Peer, ReadonlyArray<A>>>>,
  say: (rounds: ReadonlyArray<A>) => string
): string =>
  present(of)
    .filter((peer) => peer !== "ours")
    .map((peer) => `${peerNames[peer]} ${say(rounds(of, peer))}`)
    .join("; ")

const bars = <A>(
  file: string,
  title: string,
  subtitle: string,
  unit: string,
  of: Readonly<Partial<Record<Peer, ReadonlyArray<A>>>>,
  value: (one: A) => number
): Bars => ({
  kind: "bars",
  file,
  title,
  subtitle,
  unit,
  bars: present(of).map((peer) => {
    const values = rounds(of, peer).map(value)
    return {
      label: peerNames[peer].replaceAll("`", ""),
      value: median(values),
      from: Math.min(...values),
      to: Math.max(...values),
      ours: peer === "ours"
    }
  })
})

const ratio = (ours: ReadonlyArray<number>, theirs: ReadonlyArray<number>) => median(ours) / median(theirs)

const rowsOf = ({ ack, behindSlow, drain, turns }: PeerSpeed): ReadonlyArray<Row> => {
  const speed = (all: ReadonlyArray<{ readonly perSecond: number }>) => all.map((one) => one.perSecond)
  const cpu = (all: ReadonlyArray<{ readonly cpuMicros: number }>) =>
    `${short(median(all.map((one) => one.cpuMicros)))} µs CPU`
  const ackBare = ratio(speed(rounds(ack, "ours")), speed(rounds(ack, "bare")))
  const ackGrammy = ratio(speed(rounds(ack, "ours")), speed(rounds(ack, "grammy")))
  const turnsGrammy = ratio(speed(rounds(turns, "ours")), speed(rounds(turns, "grammy")))
  const inOrder = rounds(drain, "ours").every((one) => one.disorder === 0 && one.replies === one.messages)
  const slowest = (all: ReadonlyArray<{ readonly max: number; readonly p50: number }>) =>
    `p50 ${short(median(all.map((one) => one.p50)))} ms, worst ${short(median(all.map((one) => one.max)))} ms`
  return [
    {
      id: "peers-slow",
      what: "B5: a chat's replies over polling while another chat's agent thinks (10 s; small size 2 s)",
      measured: slowest(rounds(behindSlow, "ours")),
      beside: others(behindSlow, slowest),
      aim: "worst ≤ 250 ms",
      met: median(rounds(behindSlow, "ours").map((one) => one.max)) <= 250
    },
    {
      id: "peers-drain",
      what: "B4: updates that wait, one a poll, 200 chats, until each has its reply",
      measured: `${spread(speed(rounds(drain, "ours")), "/s")}, ${rounds(drain, "ours")[0]?.disorder ?? "?"} out of order`,
      beside: others(drain, (all) => `${spread(speed(all), "/s")}, ${all[0]?.disorder ?? "?"} out of order`),
      aim: "none out of order",
      met: inOrder
    },
    {
      id: "peers-ack",
      what: "B2: webhook answered; ours after the commit (fsync), theirs keep nothing",
      measured: `${spread(speed(rounds(ack, "ours")), "/s")}, p99 ${short(median(rounds(ack, "ours").map((one) => one.p99)))} ms, ${cpu(rounds(ack, "ours"))}`,
      beside: others(
        ack,
        (all) => `${spread(speed(all), "/s")}, p99 ${short(median(all.map((one) => one.p99)))} ms, ${cpu(all)}`
      ),
      aim: "≥ 0.5 × bare, ≥ 1.5 × grammY",
      met: ackBare >= 0.5 && ackGrammy >= 1.5
    },
    {
      id: "peers-turns",
      what: "B3: whole turns, delivery to reply, 200 chats; ours journals each step",
      measured: `${spread(speed(rounds(turns, "ours")), "/s")}, ${cpu(rounds(turns, "ours"))} a message`,
      beside: others(turns, (all) => `${spread(speed(all), "/s")}, ${cpu(all)}`),
      aim: "≥ 1 × grammY",
      met: turnsGrammy >= 1
    }
  ]
}

const run = (given: Given): Promise<Found> =>
  withSetting(given, async (setting) => {
    const found = await peerSpeed(setting)
    return {
      rows: rowsOf(found),
      charts: [
        bars(
          "peers-slow",
          "What one chat waits while another's agent thinks",
          "Polling, the slowest of 40 replies, ms; less is better",
          " ms",
          found.behindSlow,
          (one) => one.max
        ),
        bars(
          "peers-ack",
          "Webhooks answered a second",
          "50 connections; ours is on disk before the answer, theirs are kept nowhere",
          "/s",
          found.ack,
          (one) => one.perSecond
        ),
        bars(
          "peers-turns",
          "Turns a second, delivery to reply",
          "200 chats, an echo; ours journals each step",
          "/s",
          found.turns,
          (one) => one.perSecond
        )
      ],
      notes: [
        "grammY and Telegraf speak Telegram's Bot API to an emulator of their own shape in the same process as ours. They keep nothing: a message that they took and a process that dies is lost, a reply that failed is not sent again, and Telegram itself would hand an unconfirmed update out again where Zalo does not. Ours is committed with `synchronous=FULL`.",
        "grammY's built-in polling and Telegraf's handle one batch after another; @grammyjs/runner with `sequentialize` is what grammY's documentation recommends for load. A webhook of theirs is answered when the handler is done (at most after 10 s in grammY, 90 s in Telegraf); ours when the message is kept.",
        "`bare` reads the secret, parses the JSON and answers 200."
      ],
      raw: found
    }
  })

export const peers: Part = {
  name: "peers",
  title: "Beside others",
  about:
    "Each with the same load on the same machine, one after the other in every round, log level error, no TLS. The aims are those of `design.md`: they compare what is durable with what is not.",
  run
}
