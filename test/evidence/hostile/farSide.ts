import { setTimeout as sleep } from "node:timers/promises"
import { type Gateway, serve } from "../../bench/gateway.ts"
import { start } from "../../bench/processes.ts"
import { sample, type Sampled } from "../../bench/sampling.ts"
import { freshIds, now, secret, secretHeader, update } from "../../bench/updates.ts"
import { Line } from "../../bench/world/Line.ts"
import { spellings } from "../../media/corpus.ts"
import type { FarCommands } from "./far.ts"

/** What became of the gateway when those whom it asks turned on it. */
export interface FarSide {
  readonly sends: Passage
  readonly polls: Passage
  readonly agent: Passage & { readonly longest: number; readonly leaks: number }
  readonly fetched: {
    readonly addresses: number
    readonly canaryHits: number
    readonly photosPassedOn: number
    readonly answered: number
  }
}

interface Passage {
  readonly hostileAnswers: number
  /** Messages of honest people afterwards, and how many were answered. */
  readonly after: number
  readonly answered: number
  /** From the end of the hostility to the last of those answers. */
  readonly healedMs: number
  readonly canaryHits: number
  readonly memory: Sampled
  readonly alive: boolean
}

const head = `POST /zalo HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${secretHeader.zalo}: ${secret}\r\n`

const write = async (
  gateway: Gateway,
  chats: number,
  firstChat: number,
  count: number,
  text: string
): Promise<void> => {
  const line = new Line(gateway.port)
  const firstId = freshIds(count)
  for (let n = 0; n < count; n++) {
    await line.post(head, update("zalo", firstChat + (n % chats), firstId + n, text, now()))
  }
  line.close()
}

const alive = (gateway: Gateway): boolean => {
  try {
    return process.kill(gateway.pid, 0)
  } catch {
    return false
  }
}

/** A message with a picture that is said to be there. */
const picture = (chat: number, id: number, url: string): string => {
  const body: { event_name: string; message: Record<string, unknown> } = JSON.parse(
    update("zalo", chat, id, "photo", now())
  )
  body.event_name = "message.image.received"
  return JSON.stringify({
    ...body,
    message: { ...body.message, text: undefined, caption: "photo", message_type: "CHAT_PHOTO", photo_url: url }
  })
}

export const farSide = async (seconds: number, seed: number, say: (text: string) => void): Promise<FarSide> => {
  const far = await start<FarCommands>("../evidence/hostile/far.ts", [String(seed)])
  const agent = { type: "http", url: `http://127.0.0.1:${far.port}/agent`, timeout: "2s" }
  const common = { api: far.port, agent } as const
  const after = 40
  /** Waits for so many texts that begin with a word. */
  const heard = async (word: string, count: number, patience: number) => {
    const began = performance.now()
    let found = 0
    let longest = 0
    let leaks = 0
    while (found < count && performance.now() - began < patience) {
      const seen = await far.ask("seen", null)
      found += seen.texts[word] ?? 0
      longest = Math.max(longest, seen.longest)
      leaks = Math.max(leaks, seen.leaks)
      await sleep(50)
    }
    return { answered: found, healedMs: performance.now() - began, longest, leaks }
  }
  const passage = async (
    gateway: Gateway,
    hostility: () => Promise<void>,
    honest: () => Promise<void>,
    patience: number
  ) => {
    const before = await far.ask("seen", null)
    const sampling = sample(gateway.pids, 100)
    await hostility()
    await far.ask("hostile", { methods: [], agent: false })
    await honest()
    const healed = await heard("honest", after, patience)
    const { canaryHits, hostileAnswers } = await far.ask("seen", null)
    return {
      ...healed,
      hostileAnswers: hostileAnswers - before.hostileAnswers,
      canaryHits: canaryHits - before.canaryHits,
      after,
      memory: sampling.stop(),
      alive: alive(gateway)
    }
  }
  const webhook = await serve({ ...common, transport: "webhook" })
  try {
    say("hostile: sends answered with nonsense")
    const honest = () => write(webhook, 20, 5_000, after, "honest")
    const sends = await passage(
      webhook,
      async () => {
        await far.ask("hostile", { methods: ["sendMessage", "sendChatAction", "getWebhookInfo"], agent: false })
        for (let n = 0; n < seconds; n++) {
          await write(webhook, 100, 1_000, 50, "chào")
          await sleep(1_000)
        }
      },
      honest,
      60_000
    )
    say("hostile: an agent that answers with nonsense")
    const evil = await passage(
      webhook,
      async () => {
        await far.ask("hostile", { methods: [], agent: true })
        for (let n = 0; n < seconds; n++) {
          await write(webhook, 50, 6_000, 25, "evil")
          await sleep(1_000)
        }
      },
      honest,
      60_000
    )
    say("hostile: pictures that lead inside")
    const { canaryHits: before, canaryPort, photos } = await far.ask("seen", null)
    const addresses = spellings(canaryPort)
    const line = new Line(webhook.port)
    const firstId = freshIds(addresses.length)
    for (const [n, url] of addresses.entries()) await line.post(head, picture(7_000 + n, firstId + n, url))
    line.close()
    const { answered } = await heard("photo", addresses.length, 60_000)
    const end = await far.ask("seen", null)
    const fetched = {
      addresses: addresses.length,
      canaryHits: end.canaryHits - before,
      photosPassedOn: end.photos.length - photos.length,
      answered
    }
    await webhook.stop()
    say("hostile: polls answered with nonsense")
    const polling = await serve({ ...common, transport: "polling" })
    try {
      const polls = await passage(
        polling,
        async () => {
          await far.ask("hostile", { methods: ["getUpdates"], agent: false })
          await sleep(seconds * 1_000)
        },
        async () => void (await far.ask("queue", { first: freshIds(after), count: after, text: "honest" })),
        90_000
      )
      return { sends, polls, agent: evil, fetched }
    } finally {
      await polling.stop()
    }
  } finally {
    await Promise.all([webhook.stop(), far.stop()])
  }
}
