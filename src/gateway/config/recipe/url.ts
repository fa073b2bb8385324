import * as Result from "effect/Result"
import type { Kind } from "./Key.ts"

/** An absolute address with one of these schemes, without credentials where they would be shown. */
const address = (schemes: ReadonlyArray<string>, must: string, remedy: string): Kind<URL> => ({
  json: () => ({ type: "string", format: "uri" }),
  decode: (value) => {
    const url = typeof value === "string" && URL.canParse(value.trim()) ? new URL(value.trim()) : undefined
    return url !== undefined && schemes.includes(url.protocol) && url.hostname !== ""
      ? Result.succeed(url)
      : Result.fail([{ at: [], message: `must be ${must}`, remedy }])
  }
})

export const httpUrl = address(["http:", "https:"], "an http:// or https:// address", "Write the whole address")

/** Blank is none, so that one account can do without what the others inherit. */
const orBlank = (kind: Kind<URL>): Kind<URL | undefined> => ({
  ...kind,
  decode: (value) => (typeof value === "string" && value.trim() === "" ? Result.succeed(undefined) : kind.decode(value))
})

const httpsUrl = address(
  ["https:"],
  "a public https:// address: Zalo delivers to nothing else",
  "Put the gateway behind a TLS proxy and write its https:// address, or leave the key out to poll"
)

/** The base of an API: something is put behind its path, and its key has a place of its own. */
export const endpointUrl: Kind<URL> = {
  json: httpUrl.json,
  decode: (value) => {
    const url = Result.getOrUndefined(httpUrl.decode(value))
    if (url !== undefined && url.username === "" && url.password === "" && url.hash === "") return Result.succeed(url)
    return Result.fail([
      {
        at: [],
        message: "must be an http:// or https:// address without a user or password",
        remedy: 'For example "https://api.openai.com/v1"; the key goes into apiKey'
      }
    ])
  }
}

/** Zalo delivers to https only (`zalo-bot-api.md` §5.3). Blank is polling (`reference-behaviour.md` §1.8). */
export const webhookAddress = orBlank(httpsUrl)

/** It may hold a password, so it is never shown. */
export const proxyUrl: Kind<URL | undefined> = {
  ...orBlank({
    ...httpUrl,
    decode: (value) =>
      Result.mapError(httpUrl.decode(value), () => [
        { at: [], message: "must be the address of an HTTP proxy", remedy: 'For example "http://127.0.0.1:3128"' }
      ])
  }),
  secret: true
}
