// The world around the bot in one process: the Bot API, the people who write, and an agent. The same for both sides.
import { setTimeout as sleep } from "node:timers/promises"
import { percentile } from "../figures.ts"
import { answer, ready } from "../rpc.ts"
import { now, secret, secretHeader, type Shape, type Target, update } from "../updates.ts"
import { listen, polls, queue, thinking } from "./api.ts"
import { Line } from "./Line.ts"
import { forget, mark, seen } from "./seen.ts"

export interface Seen {
  readonly replies: number
  readonly actions: number
  readonly disorder: number
  readonly p50: number
  readonly p99: number
  readonly max: number
}

export type WorldCommands = {
  /** Delivers so many messages as fast as they are taken, and waits until each has its reply. */
  readonly flood: {
    readonly input: {
      readonly target: Target
      readonly messages: number
      readonly chats: number
      readonly connections: number
      readonly firstId: number
    }
    readonly output: Seen & { readonly ms: number; readonly refused: number }
  }
  /** Delivers at a steady pace, whether or not replies come. `slow` names a chat whose agent takes so long; its replies do not count. */
  readonly steady: {
    readonly input: {
      readonly target: Target
      readonly perSecond: number
      readonly seconds: number
      readonly chats: number
      readonly firstId: number
      readonly slow?: { readonly ms: number }
    }
    // Nothing of order: a message that has to wait for its connection may be overtaken on the way in.
    readonly output: Omit<Seen, "disorder"> & { readonly sent: number; readonly refused: number }
  }
  /** One update after the other through getUpdates, each after the reply to the last. */
  readonly conversation: {
    readonly input: { readonly shape: Shape; readonly messages: number; readonly firstId: number }
    readonly output: Seen
  }
  /** So many updates, one a poll, as fast as polls come; until each has its reply. */
  readonly drain: {
    readonly input: {
      readonly shape: Shape
      readonly messages: number
      readonly chats: number
      readonly firstId: number
    }
    readonly output: Seen & { readonly ms: number }
  }
  /** Polled messages of one chat, one every 50 ms, while the agent of another that wrote before them thinks for so long. */
  readonly behindSlow: {
    readonly input: { readonly shape: Shape; readonly messages: number; readonly ms: number; readonly firstId: number }
    readonly output: Seen
  }
  /** Replies that come by themselves: when the first and the last of so many came, on the machine's clock, ms. */
  readonly watch: {
    readonly input: { readonly messages: number; readonly patience: number }
    readonly output: { readonly firstAt: number; readonly lastAt: number; readonly replies: number }
  }
  /** Answers once a poll was asked. */
  readonly polled: { readonly input: null; readonly output: number }
}

const preciseNow = (): number => performance.timeOrigin + performance.now()

const headOf = (target: Target): string =>
  `POST ${target.path} HTTP/1.1\r\nhost: 127.0.0.1:${target.port}\r\ncontent-type: application/json\r\n` +
  `${secretHeader[target.shape]}: ${secret}\r\n`

const report = (except?: number): Seen => {
  const all = Array.from(seen.latencies).flatMap(([chat, values]) => (chat === except ? [] : values))
  return {
    replies: seen.replies,
    actions: seen.actions,
    disorder: seen.disorder,
    p50: percentile(all, 0.5),
    p99: percentile(all, 0.99),
    max: percentile(all, 1)
  }
}

/** Until no reply has come for so long. */
const quiet = async (done: () => boolean, patience: number): Promise<void> => {
  let before = -1
  let since = performance.now()
  while (!done() && performance.now() - since < patience) {
    if (seen.replies !== before) {
      before = seen.replies
      since = performance.now()
    }
    await sleep(2)
  }
}

answer<WorldCommands>({
  flood: async ({ target, messages, chats, connections, firstId }) => {
    forget()
    const head = headOf(target)
    const started = performance.now()
    let ended = started
    let refused = 0
    const expected = new Promise<void>((resolve) => {
      seen.onReply = () => {
        ended = performance.now()
        if (seen.replies >= messages) resolve()
      }
    })
    // A chat stays on one connection, so that its order is known.
    const deliver = async (first: number) => {
      const line = new Line(target.port)
      for (let n = first; n < messages; n += connections) {
        const chat = first + connections * (Math.floor(n / connections) % Math.ceil((chats - first) / connections))
        const status = await line.post(head, update(target.shape, chat, firstId + n, mark(chat, n), now()))
        if (status !== 200) refused++
      }
      line.close()
    }
    await Promise.all(Array.from({ length: connections }, (_, first) => deliver(first)))
    await Promise.race([expected, quiet(() => seen.replies >= messages - refused, 10_000)])
    seen.onReply = () => {}
    return { ...report(), ms: ended - started, refused }
  },

  steady: async ({ target, perSecond, seconds, chats, firstId, slow }) => {
    forget()
    thinking.clear()
    const head = headOf(target)
    const idle: Array<Line> = []
    const open: Array<Line> = []
    let refused = 0
    let sent = 0
    const free = (): Line => {
      for (;;) {
        const line = idle.pop()
        if (line?.isOpen === true) return line
        if (line === undefined) break
      }
      const line = new Line(target.port)
      open.push(line)
      return line
    }
    const deliver = async (chat: number, id: number) => {
      const body = update(target.shape, chat, id, mark(chat, id), now())
      const post = async () => {
        const line = free()
        const status = await line.post(head, body).catch(() => 0)
        idle.push(line)
        return status
      }
      // A connection that the server closed at that very moment: the platform would deliver again.
      if (((await post()) || (await post())) !== 200) refused++
    }
    const slowChat = chats
    if (slow !== undefined) {
      const body: { message: { chat: { id: string } } } = JSON.parse(update("zalo", slowChat, 0, "", 0))
      thinking.set(body.message.chat.id, slow.ms)
      await deliver(slowChat, firstId + perSecond * seconds)
      await deliver(slowChat, firstId + perSecond * seconds + 1)
    }
    const started = performance.now()
    while (sent < perSecond * seconds) {
      const due = Math.min(perSecond * seconds, Math.floor(((performance.now() - started) / 1000) * perSecond))
      while (sent < due) {
        void deliver(sent % chats, firstId + sent)
        sent++
      }
      await sleep(1)
    }
    const others = () => Array.from(seen.latencies.values()).reduce((sum, each) => sum + each.length, 0)
    await quiet(() => others() >= sent, 3_000)
    open.forEach((line) => line.close())
    const { disorder: _, ...found } = report(slowChat)
    return { ...found, sent, refused }
  },

  conversation: async ({ shape, messages, firstId }) => {
    forget()
    for (let n = 0; n < messages; n++) {
      const heard = new Promise<void>((resolve) => {
        seen.onReply = () => resolve()
      })
      queue(update(shape, 7, firstId + n, mark(7, n), now()))
      await Promise.race([heard, sleep(10_000, undefined, { ref: false })])
      // The next poll is open again before the next message: what is measured is the bot.
      await sleep(3)
    }
    seen.onReply = () => {}
    return report()
  },

  drain: async ({ chats, firstId, messages, shape }) => {
    forget()
    const started = performance.now()
    let ended = started
    seen.onReply = () => {
      ended = performance.now()
    }
    for (let n = 0; n < messages; n++) {
      const chat = n % chats
      queue(update(shape, chat, firstId + n, mark(chat, n), now()))
    }
    await quiet(() => seen.replies >= messages, 15_000)
    seen.onReply = () => {}
    return { ...report(), ms: ended - started }
  },

  behindSlow: async ({ firstId, messages, ms, shape }) => {
    forget()
    thinking.clear()
    const slow = update(shape, 1, firstId, mark(1, 0), now())
    const { message }: { message: { chat: { id: string | number } } } = JSON.parse(slow)
    thinking.set(String(message.chat.id), ms)
    queue(slow)
    for (let n = 1; n <= messages; n++) {
      queue(update(shape, 2, firstId + n, mark(2, n), now()))
      await sleep(50)
    }
    await quiet(() => (seen.latencies.get(2)?.length ?? 0) >= messages, ms + 5_000)
    const found = report(1)
    thinking.clear()
    return found
  },

  watch: async ({ messages, patience }) => {
    forget()
    let firstAt = 0
    let lastAt = 0
    seen.onReply = () => {
      lastAt = preciseNow()
      if (firstAt === 0) firstAt = lastAt
    }
    await quiet(() => seen.replies >= messages, patience)
    seen.onReply = () => {}
    return { firstAt, lastAt, replies: seen.replies }
  },

  polled: async () => {
    const before = polls.asked
    while (polls.asked === before) await sleep(1)
    return polls.asked
  }
})

ready(await listen())
