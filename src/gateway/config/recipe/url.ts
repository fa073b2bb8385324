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

/** Zalo delivers to https only (`zalo-bot-api.md` §5.3). */
export const httpsUrl = address(
  ["https:"],
  "a public https:// address: Zalo delivers to nothing else",
  "Put the gateway behind a TLS proxy and write its https:// address, or leave the key out to poll"
)

/** Blank means none. It may hold a password, so it is never shown. */
export const proxyUrl: Kind<URL | undefined> = {
  secret: true,
  json: httpUrl.json,
  decode: (value) =>
    typeof value === "string" && value.trim() === ""
      ? Result.succeed(undefined)
      : Result.mapError(httpUrl.decode(value), () => [
          { at: [], message: "must be the address of an HTTP proxy", remedy: 'For example "http://127.0.0.1:3128"' }
        ])
}
