import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"
import { now, type Shape, telegramToken } from "../updates.ts"
import { reply, seen } from "./seen.ts"

interface Params {
  readonly text?: string
  readonly timeout?: number
  readonly url?: string
}

/** A poll that is open, and what there is for the next one. */
let poll: ((update: string | undefined) => void) | undefined
const waiting: Array<string> = []

/** Hands an update to the open poll, or to the next one. */
export const queue = (update: string): void => {
  const open = poll
  // One update a poll.
  poll = undefined
  if (open === undefined) waiting.push(update)
  else open(update)
}

/** How many polls were asked. */
export const polls = { asked: 0 }

const nextUpdate = async (seconds: number): Promise<string | undefined> => {
  polls.asked++
  const next = waiting.shift()
  if (next !== undefined) return next
  const late = new AbortController()
  const found = await new Promise<string | undefined>((resolve) => {
    poll = resolve
    sleep(seconds * 1000, undefined, { signal: late.signal }).then(
      () => {
        if (poll === resolve) poll = undefined
        return resolve(undefined)
      },
      () => undefined
    )
  })
  late.abort()
  return found
}

let webhook = ""
let sent = 0

const zalo = async (method: string, params: Params, token: string): Promise<string> => {
  switch (method) {
    case "sendMessage":
      reply(params.text ?? "")
      return `{"ok":true,"result":{"message_id":"82599fa3${(++sent).toString(16).padStart(12, "0")}","date":${now()}},"error_code":0}`
    case "sendChatAction":
      seen.actions++
      return `{"ok":true,"error_code":0}`
    case "getUpdates": {
      const update = await nextUpdate(Number(params.timeout ?? 30))
      return update === undefined
        ? `{"ok":false,"description":"Request timeout","error_code":408}`
        : `{"ok":true,"result":${update},"error_code":0}`
    }
    case "getMe":
      return `{"ok":true,"result":{"id":"${token.split(":", 1)[0] ?? ""}","account_name":"bot.bench","account_type":"BASIC","can_join_groups":true,"display_name":"Bot Bench"},"error_code":0}`
    case "setWebhook":
      webhook = params.url ?? ""
      return `{"ok":true,"result":{"url":${JSON.stringify(webhook)},"updated_at":${now()}},"error_code":0}`
    case "deleteWebhook":
      webhook = ""
      return `{"ok":true,"result":{"url":"","updated_at":${now()}},"error_code":0}`
    case "getWebhookInfo":
      if (webhook !== "")
        return `{"ok":true,"result":{"url":${JSON.stringify(webhook)},"updated_at":${now()}},"error_code":0}`
      return `{"ok":false,"description":"Not Found","error_code":404}`
    default:
      return `{"ok":false,"description":"Not Found","error_code":404}`
  }
}

const telegram = async (method: string, params: Params): Promise<string> => {
  switch (method) {
    case "sendMessage":
      reply(params.text ?? "")
      return `{"ok":true,"result":{"message_id":${++sent},"date":${Math.floor(now() / 1000)},"chat":{"id":1,"type":"private"},"text":"x"}}`
    case "sendChatAction":
      seen.actions++
      return `{"ok":true,"result":true}`
    case "getUpdates": {
      const update = await nextUpdate(Number(params.timeout ?? 0))
      return `{"ok":true,"result":[${update ?? ""}]}`
    }
    case "getMe":
      return `{"ok":true,"result":{"id":777000111,"is_bot":true,"first_name":"Bench","username":"bench_bot"}}`
    default:
      return `{"ok":true,"result":true}`
  }
}

const platforms: Record<Shape, typeof zalo> = { zalo, telegram }

const body = (request: IncomingMessage): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = ""
    request.setEncoding("utf8")
    request.on("data", (piece: string) => (text += piece))
    request.on("end", () => resolve(text))
    request.on("error", reject)
  })

const send = (response: ServerResponse, text: string): void => {
  response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(text) })
  response.end(text)
}

/** How long the agent of a chat thinks, ms; others do not. */
export const thinking = new Map<string, number>()

/** Answers an agent's question with its text, at once or after it has thought. */
const agent = async (text: string): Promise<string> => {
  const turn: { chat: { id: string }; message: { text: string } } = JSON.parse(text)
  const ms = thinking.get(turn.chat.id)
  if (ms !== undefined) await sleep(ms)
  return JSON.stringify({ text: turn.message.text })
}

/** A Bot API that answers at once, in Zalo's shapes or in Telegram's: the token tells. And an agent at `/agent`. */
export const listen = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
      const handle = async () => {
        const text = await body(request)
        const path = decodeURIComponent(request.url ?? "")
        if (path === "/agent") return send(response, await agent(text))
        const [, bot = "", method = ""] = path.split("/")
        const token = bot.slice("bot".length)
        const shape = token === telegramToken ? "telegram" : "zalo"
        const params: Params = text === "" ? {} : JSON.parse(text)
        send(response, await platforms[shape](method, params, token))
      }
      handle().catch((error: unknown) => {
        response.writeHead(500).end(String(error))
      })
    })
    server.listen(0, "127.0.0.1", () => {
      const address: AddressInfo | string | null = server.address()
      resolve(typeof address === "object" && address !== null ? address.port : 0)
    })
  })
