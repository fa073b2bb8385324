import * as Context from "effect/Context"
import type { Digest } from "effect/crypto/Digest"
import type { SecureRandom } from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import * as Layer from "effect/Layer"
import { Path } from "effect/Path"
import * as Result from "effect/Result"
import type { AccountSettings } from "../domain/Account.ts"
import type { OutboundPayload } from "../domain/Reply.ts"
import type { TurnMedia } from "../domain/Turn.ts"
import { JournalError } from "../journal/Journal.ts"
import { rangesOf } from "./address.ts"
import { makeFetching, type Source } from "./fetching.ts"
import type { GuardedClient } from "./GuardedClient.ts"
import { httpUrl, wayTo } from "./guard.ts"
import { HostedMedia, ticketIn } from "./HostedMedia.ts"
import { type MediaError, mediaError } from "./MediaError.ts"
import { MediaPlace, MediaReach } from "./MediaPlace.ts"
import { Resolver } from "./Resolver.ts"
import { readWritten, shown, written } from "./source.ts"
import { type Sniffed, sniff } from "./sniff.ts"

export type { Source } from "./fetching.ts"

/** A photo or a voice on its way out. */
type File = Extract<OutboundPayload, { readonly _tag: "Photo" | "Voice" }>

/** Pictures and voices, both ways. */
export class Media extends Context.Service<
  Media,
  {
    /** Fetches what a person sent, through the account's proxy, and answers the file. */
    fetch(account: AccountSettings, from: Source): Effect.Effect<TurnMedia, MediaError>
    /**
     * Makes a payload ready to be kept in the outbox: local files and data URIs are hosted. What cannot be hosted carries the
     * reason in `problem`, so that the row tells it.
     */
    prepare(account: AccountSettings, payload: OutboundPayload): Effect.Effect<OutboundPayload>
    /** Hosts a local file or data URI and answers its address; an http(s) address is answered as it is. */
    host(account: AccountSettings, file: File): Effect.Effect<string, MediaError>
    /** Why Zalo cannot be given this now; undefined when it can. An address of ours begins to expire from here. */
    problem(account: AccountSettings, payload: OutboundPayload): Effect.Effect<string | undefined>
  }
>()("zalo-effect/media/Media") {
  static readonly layer: Layer.Layer<
    Media,
    never,
    HostedMedia | Resolver | GuardedClient | FileSystem | Path | Digest | SecureRandom | MediaPlace
  > = Layer.effect(
    Media,
    Effect.suspend(() => make)
  )

  /** Nothing is fetched, hosted or looked up: agents get the address alone, and addresses go out as they are. */
  static readonly layerNone: Layer.Layer<Media> = Layer.succeed(Media, {
    fetch: (_, { url }) => Effect.succeed({ url }),
    prepare: (_, payload) => Effect.succeed(payload),
    host: (_, { url }) => Effect.succeed(url),
    problem: () => Effect.succeed(undefined)
  })
}

/** How long a name may be asked about while a row waits to be sent. */
const patience = "3 seconds"

const isFile = (payload: OutboundPayload): payload is File => payload._tag === "Photo" || payload._tag === "Voice"

/** What Zalo's clients are known to show, and the one form in which they play a voice (`zalo-bot-api.md` §5.8, §5.10). */
const sendable = (payload: File, bytes: Uint8Array): Sniffed | MediaError => {
  const found = sniff(bytes)
  if (payload._tag === "Photo") {
    return found !== undefined && /^(?:jpg|png|gif|webp)$/.test(found.extension)
      ? found
      : mediaError("wrong-type", "the file is no JPEG, PNG, GIF or WebP picture")
  }
  return found?.extension === "aac" ? found : mediaError("wrong-type", "the file is no AAC voice (ADTS)")
}

const make = Effect.gen(function* () {
  const hosted = yield* HostedMedia
  const place = yield* MediaPlace
  const local = yield* Effect.context<FileSystem | Path>()
  const resolver = yield* Effect.context<Resolver>()
  const reach = yield* MediaReach
  const { fetch } = yield* makeFetching

  const host = Effect.fnUntraced(function* (
    account: AccountSettings,
    payload: File
  ): Effect.fn.Return<string, MediaError> {
    const from = written(payload.url)
    if (from._tag === "Url") return payload.url.trim()
    const bytes = yield* readWritten(from, account.mediaMaxBytes).pipe(Effect.provideContext(local))
    const what = sendable(payload, bytes)
    if ("_tag" in what) return yield* what
    return yield* hosted.host(account, bytes, what).pipe(
      Effect.catchIf(
        (error) => error instanceof JournalError,
        (error) => mediaError("store", error.message, true)
      )
    )
  })

  const addressProblem = Effect.fnUntraced(function* (account: AccountSettings, text: string, isVoice: boolean) {
    const url = httpUrl(text)
    if (Result.isFailure(url)) return url.failure.message
    if (isVoice && !/\.aac$/i.test(url.success.pathname) && !/\.aac$/i.test(url.success.href)) {
      return "Zalo takes voices from addresses that end in .aac"
    }
    const ticket = ticketIn(url.success)
    if (ticket !== undefined) {
      const given = yield* hosted.give(ticket, account.media.hostTtl).pipe(
        // Better a picture that may be gone than none.
        Effect.catch((error) => Effect.as(Effect.logWarning(error.message), "given" as const))
      )
      if (given === "given") return undefined
      if (given === "expired") return "the hosted file has expired (media.hostTtl)"
    }
    return yield* wayTo(url.success, {
      trusted: place.trusted,
      allowRanges: rangesOf(account.media.allowRanges),
      allowHosts: account.media.allowHosts,
      proxied: account.proxy !== undefined
    }).pipe(
      Effect.as(undefined),
      // Zalo fetches it, and may know a name that nobody here does.
      Effect.catch((error) =>
        Effect.succeed(error.reason === "unresolved" || error.reason === "not-asked" ? undefined : error.message)
      ),
      Effect.provideContext(resolver),
      Effect.provideService(MediaReach, reach)
    )
  })

  return Media.of({
    fetch,
    host,
    prepare: (account, payload) => {
      if (!isFile(payload) || written(payload.url)._tag === "Url") return Effect.succeed(payload)
      return Effect.match(host(account, payload), {
        onFailure: ({ message }): OutboundPayload => ({ ...payload, url: shown(payload.url), problem: message }),
        onSuccess: (url): OutboundPayload => ({ ...payload, url })
      })
    },
    problem: (account, payload) => {
      if (!isFile(payload)) return Effect.succeed(undefined)
      if (payload.problem !== undefined) return Effect.succeed(payload.problem)
      return addressProblem(account, payload.url, payload._tag === "Voice").pipe(
        // The row is claimed for as long as a call may take, and little more. Nobody here knows the name in time.
        Effect.timeoutOrElse({ duration: patience, orElse: () => Effect.succeed(undefined) })
      )
    }
  })
})
