// The other side of every connection the gateway makes: a Bot API and an agent that can turn hostile, and a canary that nobody may touch.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { later } from "../../bench/later.ts"
import { answer, ready } from "../../bench/rpc.ts"
import { now, update } from "../../bench/updates.ts"
import { chanceOf } from "../../chaos/chance.ts"
import { agentAnswers, apiAnswers, drawn } from "./answers.ts"

export type FarCommands = {
  /** Which methods of the Bot API are answered with something else, and whether the agent is. */
  readonly hostile: {
    readonly input: { readonly methods: ReadonlyArray<string>; readonly agent: boolean }
    readonly output: null
  }
  /** What the next polls hand out. */
  readonly queue: {
    readonly input: { readonly first: number; readonly count: number; readonly text: string }
    readonly output: null
  }
  readonly seen: {
    readonly input: null
    readonly output: {
      /** Texts that were taken, by how they begin: up to the first blank. */
      readonly texts: Readonly<Record<string, number>>
      readonly longest: number
      readonly photos: ReadonlyArray<string>
      readonly hostileAnswers: number
      readonly canaryHits: number
      readonly canaryPort: number
      /** Texts with something of this machine's in them. */
      readonly leaks: number
    }
  }
}

const chance = chanceOf(Number(process.argv[2] ?? 1))
let methods: ReadonlySet<string> = new Set()
let agent = false
let canaryHits = 0
const waiting: Array<string> = []
let texts: Record<string, number> = {}
let longest = 0
let leaks = 0
let hostileAnswers = 0
const photos: Array<string> = []
let webhook = ""
let sent = 0

const canary = createServer((_, response) => {
  canaryHits++
  response.end("\u0089PNG")
})
const canaryPort = await new Promise<number>((resolve) => {
  // On every address of this machine, so that no spelling of it leads past.
  canary.listen(0, "::", () => {
    const address = canary.address()
    resolve(typeof address === "object" && address !== null ? address.port : 0)
  })
})
const canaryUrl = `http://127.0.0.1:${canaryPort}/inner`
const badApi = apiAnswers(canaryUrl)
const badAgent = agentAnswers(canaryUrl)

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const pieces: Array<Buffer> = []
  for await (const piece of request) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces).toString("utf8")
}

const ok = (response: ServerResponse, result: string) =>
  response.writeHead(200, { "content-type": "application/json" }).end(`{"ok":true,"result":${result},"error_code":0}`)

interface Params {
  readonly text?: string
  readonly photo?: string
  readonly url?: string
}

const honest = (method: string, params: Params, response: ServerResponse): void => {
  const message = () => `{"message_id":"82599fa3${(++sent).toString(16).padStart(12, "0")}","date":${now()}}`
  switch (method) {
    case "sendMessage": {
      const text = params.text ?? ""
      const word = text.split(/\s/, 1)[0]?.slice(0, 20) ?? ""
      texts[word] = (texts[word] ?? 0) + 1
      longest = Math.max(longest, text.length)
      if (text.includes("root:x:")) leaks++
      return void ok(response, message())
    }
    case "sendPhoto":
    case "sendVoice":
      photos.push(params.photo ?? params.url ?? "")
      return void ok(response, message())
    case "getUpdates": {
      const next = waiting.shift()
      if (next !== undefined) return void ok(response, next)
      return void later(300, () => response.end(`{"ok":false,"description":"Request timeout","error_code":408}`))
    }
    case "getMe":
      return void ok(
        response,
        `{"id":"4055584533866160964","account_name":"bot.bench","account_type":"BASIC","can_join_groups":true}`
      )
    case "setWebhook":
      webhook = params.url ?? ""
      return void ok(response, JSON.stringify({ url: webhook, updated_at: now() }))
    case "getWebhookInfo":
      if (webhook === "") return void response.end(`{"ok":false,"description":"Not Found","error_code":404}`)
      return void ok(response, JSON.stringify({ url: webhook, updated_at: now() }))
    default:
      return void ok(response, "true")
  }
}

const server = createServer((request, response) => {
  response.on("error", () => {})
  const handle = async () => {
    const body = await bodyOf(request)
    const path = request.url ?? ""
    if (path === "/agent") {
      const turn: { message: { text: string } } = JSON.parse(body)
      if (!agent || !turn.message.text.startsWith("evil")) {
        return void response
          .writeHead(200, { "content-type": "application/json" })
          .end(JSON.stringify({ text: turn.message.text }))
      }
      hostileAnswers++
      return drawn(badAgent, chance)(response)
    }
    const method = path.split("/").at(-1) ?? ""
    if (methods.has(method)) {
      hostileAnswers++
      return drawn(badApi, chance)(response)
    }
    const params: Params = body.startsWith("{") ? JSON.parse(body) : {}
    honest(method, params, response)
  }
  handle().catch((error: unknown) => response.writeHead(500).end(String(error)))
})

answer<FarCommands>({
  hostile: async (input) => {
    methods = new Set(input.methods)
    agent = input.agent
    return null
  },
  queue: async ({ count, first, text }) => {
    for (let n = 0; n < count; n++) waiting.push(update("zalo", n % 20, first + n, text, now()))
    return null
  },
  seen: async () => {
    const found = { texts, longest, photos: [...photos], hostileAnswers, canaryHits, canaryPort, leaks }
    texts = {}
    return found
  }
})

server.listen(0, "127.0.0.1", () => {
  const address = server.address()
  ready(typeof address === "object" && address !== null ? address.port : 0)
})
