import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type { Delivery } from "./model.ts"
import { tell, type BotState, type World } from "./world.ts"

/** What came of one request to somebody's server. */
export interface Reached {
  readonly status: number | undefined
  readonly error: string | undefined
  readonly latencyMs: number
}

/** Where the name of a webhook is really served: `Switches.webhookTargets`. */
export const locate = (world: World, url: string): string => {
  if (!URL.canParse(url)) return url
  const { origin } = new URL(url)
  const target = world.switches.webhookTargets[origin]
  return target === undefined ? url : target.replace(/\/+$/, "") + url.slice(origin.length)
}

/** One request, its time-out counted, nothing thrown. Redirects are not followed (`zalo-bot-api.md` §5.4). */
export const reach = (
  client: HttpClient.HttpClient,
  request: HttpClientRequest.HttpClientRequest,
  timeoutMs: number
): Effect.Effect<Reached> =>
  Effect.gen(function* () {
    const before = yield* Clock.currentTimeMillis
    const outcome = yield* client.execute(request).pipe(
      // The body is read to its end, so that the connection can be used again.
      Effect.flatMap((response) => Effect.as(Effect.ignore(response.arrayBuffer), response.status)),
      Effect.timeoutOption(timeoutMs),
      Effect.match({
        onSuccess: (answered) =>
          answered._tag === "Some"
            ? { status: answered.value, error: undefined }
            : { status: undefined, error: "timeout" },
        onFailure: () => ({ status: undefined, error: "unreachable" })
      })
    )
    return { ...outcome, latencyMs: (yield* Clock.currentTimeMillis) - before }
  })

const agent = HttpClientRequest.setHeader("user-agent", "Java/1.8.0")

/** A POST to a webhook: with an update and the secret, or the probe, which has neither body nor secret (§5.3). */
export const call = Effect.fnUntraced(function* (
  world: World,
  client: HttpClient.HttpClient,
  bot: BotState,
  url: string,
  load:
    | {
        readonly body: string
        readonly secret: string
        readonly messageId: string | undefined
        readonly chat: string | undefined
        readonly attempt: number
        readonly duplicate: boolean
      }
    | undefined
) {
  const at = yield* Clock.currentTimeMillis
  const bare = HttpClientRequest.post(locate(world, url)).pipe(agent)
  const request =
    load === undefined
      ? bare
      : bare.pipe(
          HttpClientRequest.setHeader("x-bot-api-secret-token", load.secret),
          HttpClientRequest.bodyText(load.body, "application/json")
        )
  const reached = yield* reach(client, request, world.switches.webhookTimeoutMs)
  const delivery = world.deliveries.add((n): Delivery => ({
    n,
    bot: bot.bot.id,
    kind: load === undefined ? "probe" : "update",
    url,
    messageId: load?.messageId,
    chat: load?.chat,
    attempt: load?.attempt ?? 1,
    duplicate: load?.duplicate ?? false,
    at,
    ...reached
  }))
  tell(world, { type: "delivery", bot: bot.bot.id, delivery })
  return reached
})

const outcomeOf = ({ error, status }: Reached): readonly [outcome: string, hint: string] => {
  if (error === "timeout") return ["webhook.err.timeout", "Your endpoint did not answer in time."]
  if (status === undefined) return ["webhook.err.unreachable", "Your endpoint could not be reached."]
  if (status >= 200 && status < 300) return ["webhook.ok", "Your endpoint responded successfully."]
  if (status === 403) return ["webhook.http.403", "Your server or CDN rejected the request with 403."]
  if (status === 404) return ["webhook.http.404", "There is no such path, or it takes no POST."]
  if (status >= 500) return ["webhook.http.5xx", "Your handler failed."]
  return ["webhook.http.other", `Your endpoint answered ${status}.`]
}

/** `verification` of setWebhook, and testWebhook's result (§5.3, §5.4). */
export const probe = Effect.fnUntraced(function* (
  world: World,
  client: HttpClient.HttpClient,
  bot: BotState,
  url: string
) {
  const reached = yield* call(world, client, bot, url, undefined)
  const [outcome, hint] = outcomeOf(reached)
  return {
    ok: outcome === "webhook.ok",
    url,
    outcome,
    ...(reached.status === undefined ? {} : { status_code: reached.status }),
    latency_ms: reached.latencyMs,
    hint
  }
})
