import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import { locate, reach } from "./callbacks.ts"
import type { World } from "./world.ts"

const timeoutMs = 10_000

/** Hosts that Zalo was seen to refuse (`zalo-bot-api.md` §3.3). */
const refused = /^https?:\/\/upload\.wikimedia\.org(:\d+)?\//i

/** Fetches the address of a sent photo and remembers what came of it. */
export const fetchPhoto = Effect.fnUntraced(function* (
  world: World,
  client: HttpClient.HttpClient,
  url: string,
  time: 1 | 2
) {
  if (refused.test(url) || !URL.canParse(url)) return false
  if (world.switches.photoFetch === "believed") return true
  const at = yield* Clock.currentTimeMillis
  const request = HttpClientRequest.get(locate(world, url)).pipe(
    HttpClientRequest.setHeader("user-agent", "Java/1.8.0")
  )
  const { status } = yield* reach(client, request, timeoutMs)
  world.photoFetches.add(() => ({ url, time, at, status }))
  return status === 200
})
