import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { constTrue } from "effect/Function"
import * as HttpClient from "effect/http/HttpClient"
import type { HttpClientResponse } from "effect/http/HttpClientResponse"
import type * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { GuardedClient } from "./GuardedClient.ts"
import { type GuardOptions, httpUrl, wayTo } from "./guard.ts"
import { type MediaError, mediaError, tooLarge } from "./MediaError.ts"
import type { Resolver } from "./Resolver.ts"

/**
 * How long a server may take. The reference waits 120 s for an answer's head and 30 s between bytes
 * (`reference-behaviour.md` §1.9); here 120 s is the whole of one try, since a person waits for the turn.
 */
export const limits = {
  head: Duration.seconds(30),
  idle: Duration.seconds(30),
  whole: Duration.seconds(120)
}

const maxRedirects = 3
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

export interface DownloadOptions {
  readonly guard: Omit<GuardOptions, "proxied">
  readonly proxy: Redacted.Redacted | undefined
  readonly maxBytes: number
  /** From 0: another try goes to another of a host's addresses. */
  readonly attempt: number
}

const codeOf = (error: unknown): string => {
  for (let at = error, depth = 0; typeof at === "object" && at !== null && depth < 8; depth++) {
    if ("code" in at && typeof at.code === "string") return at.code
    at = "reason" in at ? at.reason : "cause" in at ? at.cause : undefined
  }
  return "no answer"
}

/** Its message would repeat the whole address. */
const lost = (url: URL) => (error: unknown) =>
  mediaError("unreachable", `${url.hostname} cannot be reached: ${codeOf(error)}`, true)

const late = (url: URL, what: string) => () => Effect.fail(mediaError("timeout", `${url.hostname} ${what}`, true))

/** A body that says how long it is gets no chance to be longer than it may. */
const readBody = Effect.fnUntraced(function* <E>(
  response: HttpClientResponse,
  url: URL,
  maxBytes: number,
  write: (piece: Uint8Array) => Effect.Effect<void, E>
) {
  if (Number(response.headers["content-length"] ?? 0) > maxBytes) return yield* tooLarge(maxBytes)
  let size = 0
  yield* response.stream.pipe(
    Stream.mapError(lost(url)),
    Stream.timeoutOrElse({
      duration: limits.idle,
      orElse: () => Stream.fromEffect(Effect.suspend(late(url, "fell silent")))
    }),
    Stream.runForEach((piece): Effect.Effect<void, E | MediaError> => {
      size += piece.length
      return size > maxBytes ? Effect.fail(tooLarge(maxBytes)) : write(piece)
    })
  )
  return size
})

/** One request: the size of what came, or where it is said to be instead. */
const hop = Effect.fnUntraced(function* <E>(
  url: URL,
  options: DownloadOptions,
  write: (piece: Uint8Array) => Effect.Effect<void, E>
): Effect.fn.Return<URL | number, E | MediaError, Resolver | GuardedClient> {
  const { attempt, maxBytes, proxy } = options
  const addresses = yield* wayTo(url, { ...options.guard, proxied: proxy !== undefined })
  const client = yield* GuardedClient
  const scoped = Effect.gen(function* () {
    const response = yield* client.get({ url, address: addresses[attempt % addresses.length], proxy }).pipe(
      Effect.mapError(lost(url)),
      Effect.timeoutOrElse({ duration: limits.head, orElse: late(url, "does not answer") }),
      // Our traces are no business of other people's servers.
      Effect.provideService(HttpClient.TracerDisabledWhen, constTrue)
    )
    const { status } = response
    if (redirects.has(status)) {
      const to = response.headers["location"] ?? ""
      return yield* Effect.fromResult(httpUrl(URL.canParse(to, url) ? new URL(to, url).href : ""))
    }
    if (status !== 200) {
      return yield* mediaError("status", `${url.hostname} answered ${status}`, status >= 500 || status === 429)
    }
    return yield* readBody(response, url, maxBytes, write)
  })
  return yield* Effect.scoped(scoped)
})

/** Fetches an address piece by piece and answers its size in bytes. Each redirect is checked as the first address was. */
export const download = <E>(
  first: URL,
  options: DownloadOptions,
  write: (piece: Uint8Array) => Effect.Effect<void, E>
): Effect.Effect<number, E | MediaError, Resolver | GuardedClient> =>
  Effect.gen(function* () {
    let url = first
    for (let hops = 0; hops <= maxRedirects; hops++) {
      const found = yield* hop(url, options, write)
      if (typeof found === "number") return found
      url = found
    }
    return yield* mediaError("redirects", `${first.hostname} redirects more than ${maxRedirects} times`)
  }).pipe(Effect.timeoutOrElse({ duration: limits.whole, orElse: late(first, "takes too long") }))
