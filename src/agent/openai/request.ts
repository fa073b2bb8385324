import * as Base64 from "effect/encoding/Base64"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as Redacted from "effect/Redacted"
import { type ConfiguredHeaders, plainHeaders } from "../client.ts"
import type { Conversation } from "../conversation.ts"
import type { Picture } from "../picture.ts"

/** What every request of one agent has in common. */
export interface RequestOptions {
  /** Up to and without `/chat/completions`; a query is kept. */
  readonly baseUrl: string
  readonly apiKey?: Redacted.Redacted | undefined
  readonly model: string
  readonly instructions?: string | undefined
  readonly temperature?: number | undefined
  readonly maxTokens?: number | undefined
  readonly headers?: ConfiguredHeaders | undefined
  /** Whether the session's name, which holds a person's Zalo id, is sent as `user`. */
  readonly sendSession?: boolean | undefined
}

/** What is asked, by which session. */
export interface Asked {
  readonly conversation: Conversation
  readonly picture: Picture | undefined
  readonly session: string
}

/** OpenAI's newer models refuse `max_tokens`; other servers know nothing else. */
const limitName = (host: string): string =>
  /(?:^|\.)openai\.(?:com|azure\.com)$/.test(host) ? "max_completion_tokens" : "max_tokens"

const addressOf = ({ data, mediaType }: Picture): string =>
  data instanceof URL ? data.href : `data:${mediaType};base64,${Base64.encode(data)}`

const userContent = (words: string, picture: Picture | undefined) =>
  picture === undefined
    ? words
    : [
        ...(words === "" ? [] : [{ type: "text", text: words }]),
        { type: "image_url", image_url: { url: addressOf(picture) } }
      ]

/** Makes the requests of one agent. Undefined: the address is none. */
export const requests = (
  options: RequestOptions
): ((asked: Asked) => HttpClientRequest.HttpClientRequest) | undefined => {
  if (!URL.canParse(options.baseUrl)) return undefined
  const address = new URL(options.baseUrl)
  address.pathname = `${address.pathname.replace(/\/+$/, "")}/chat/completions`
  const system = options.instructions?.trim() ? [{ role: "system", content: options.instructions }] : []
  const head = {
    model: options.model,
    stream: true,
    stream_options: { include_usage: true },
    ...(options.temperature !== undefined && { temperature: options.temperature }),
    ...(options.maxTokens !== undefined && { [limitName(address.hostname)]: options.maxTokens })
  }
  const bare = HttpClientRequest.post(address).pipe(HttpClientRequest.setHeaders(plainHeaders(options.headers)))
  const prepared = options.apiKey === undefined ? bare : HttpClientRequest.bearerToken(bare, options.apiKey)
  return ({ conversation: { earlier, now }, picture, session }) =>
    HttpClientRequest.bodyJsonUnsafe(prepared, {
      ...head,
      ...(options.sendSession === true && { user: session }),
      messages: [
        ...system,
        ...earlier.map(({ role, text }) => ({ role, content: text })),
        { role: "user", content: userContent(now, picture) }
      ]
    })
}
