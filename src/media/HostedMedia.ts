import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Mac from "effect/crypto/Mac"
import { SecureRandom } from "effect/crypto/SecureRandom"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import * as Layer from "effect/Layer"
import { Path } from "effect/Path"
import type { AccountSettings } from "../domain/Account.ts"
import type { Journal, JournalError } from "../journal/Journal.ts"
import { fileMode, makeFolder, orStoreError, randomHex } from "./folder.ts"
import { hostedTable } from "./hostedTable.ts"
import { type MediaError, mediaError } from "./MediaError.ts"
import { MediaPlace } from "./MediaPlace.ts"
import { publicBase } from "./publicBase.ts"
import type { Sniffed } from "./sniff.ts"

/** Phones fetch a picture more than once (`reference-behaviour.md` §6, row 4); nobody needs it this often. */
export const maxFetches = 50

const orphanedAfter = Duration.toMillis(Duration.hours(1))
/** How long it is known of an address that it expired. */
const rememberedFor = Duration.toMillis(Duration.days(1))
const forgetAtOnce = 100

/** An address of ours, taken apart. */
export interface Ticket {
  readonly id: string
  readonly token: string
}

/** What a request for a hosted file comes to. */
export type Answer =
  | { readonly _tag: "File"; readonly path: string; readonly contentType: string; readonly bytes: number }
  | { readonly _tag: "Unknown" }
  | { readonly _tag: "WrongToken" }
  | { readonly _tag: "Expired" }

const idForm = /^([0-9a-f]{24})(?:\.aac)?$/
const utf8 = new TextEncoder()

/** Reads the last part of a path and the token beside it. */
export const ticketOf = (name: string, token: string): Ticket | undefined => {
  const id = idForm.exec(name)?.[1]
  return id === undefined ? undefined : { id, token }
}

/** The same of a whole address; undefined when it cannot be one of ours. */
export const ticketIn = (url: URL): Ticket | undefined => {
  const name = /\/media\/([^/]+)$/.exec(url.pathname)?.[1]
  return name === undefined ? undefined : ticketOf(name, url.searchParams.get("token") ?? "")
}

/** Files of ours that Zalo can fetch for a while. What is hosted outlives the process. */
export class HostedMedia extends Context.Service<
  HostedMedia,
  {
    /** Keeps the bytes and answers their address. It has to be given away within the time that the outbox tries. */
    host(
      account: Pick<AccountSettings, "id" | "media" | "outbox" | "transport">,
      bytes: Uint8Array,
      what: Sniffed
    ): Effect.Effect<string, MediaError | JournalError>
    /** An address is given to Zalo: it is good for `media.hostTtl` from now. False: it is none of ours, or not good any more. */
    give(ticket: Ticket, hostTtl: Duration.Duration): Effect.Effect<"given" | "expired" | "foreign", JournalError>
    /** Answers a request; one that takes the file (`GET`, not `HEAD`) counts. */
    open(ticket: Ticket, takes: boolean): Effect.Effect<Answer, JournalError>
    /** Removes what is of no use any more. */
    readonly sweep: Effect.Effect<void, JournalError>
  }
>()("zalo-effect/media/HostedMedia") {
  static readonly layer: Layer.Layer<HostedMedia, never, Journal | FileSystem | Path | SecureRandom | MediaPlace> =
    Layer.effect(
      HostedMedia,
      Effect.suspend(() => make)
    )
}

const sameToken = (one: string, other: string): boolean => Mac.timingSafeEqual(utf8.encode(one), utf8.encode(other))

const make = Effect.gen(function* () {
  const fs = yield* FileSystem
  const path = yield* Path
  const place = yield* MediaPlace
  const random = yield* SecureRandom
  const table = yield* hostedTable
  const folder = makeFolder(fs, path, path.resolve(place.folder, "out"))
  const hex = (bytes: number) => Effect.provideService(randomHex(bytes), SecureRandom, random)
  const part = Effect.provideService(folder.part, SecureRandom, random)

  const save = Effect.fnUntraced(function* (id: string, bytes: Uint8Array) {
    const name = yield* part
    yield* Effect.gen(function* () {
      yield* orStoreError(fs.writeFile(folder.pathOf(name), bytes, { flag: "wx", mode: fileMode }))
      yield* folder.keep(name, id)
    }).pipe(Effect.onError(() => folder.remove(name)))
  })

  return HostedMedia.of({
    host: Effect.fn("HostedMedia.host")(function* (account, bytes, what) {
      const base = publicBase(account)
      if (base === undefined) {
        return yield* mediaError(
          "not-hosted",
          "a file of this machine needs a public address that Zalo can fetch it from: set webhookUrl, or media.publicUrl for a bot that polls"
        )
      }
      const [id, token, now] = [yield* hex(12), yield* hex(24), yield* Clock.currentTimeMillis]
      yield* save(id, bytes)
      const waits = Duration.toMillis(account.outbox.maxAge) + Duration.toMillis(account.media.hostTtl)
      yield* table.insert({
        id,
        token,
        account: account.id,
        contentType: what.contentType,
        bytes: bytes.length,
        now,
        expiresAt: now + waits
      })
      // Zalo wants a voice's address to end in .aac (`zalo-bot-api.md` §5.10): whether the path or the whole, it does.
      return what.extension === "aac"
        ? `${base}/media/${id}.aac?token=${token}&as=voice.aac`
        : `${base}/media/${id}?token=${token}`
    }),

    give: Effect.fnUntraced(function* ({ id, token }, hostTtl) {
      const row = yield* table.find(id)
      if (row === undefined || !sameToken(row.token, token)) return "foreign"
      const now = yield* Clock.currentTimeMillis
      if (row.expiresAt <= now) return "expired"
      yield* table.renew(id, now + Duration.toMillis(hostTtl))
      return "given"
    }),

    open: Effect.fnUntraced(function* ({ id, token }, takes): Effect.fn.Return<Answer, JournalError> {
      const row = yield* table.find(id)
      if (row === undefined) return { _tag: "Unknown" }
      if (!sameToken(row.token, token)) return { _tag: "WrongToken" }
      const now = yield* Clock.currentTimeMillis
      if (row.expiresAt <= now || row.fetches >= maxFetches) return { _tag: "Expired" }
      if (takes && !(yield* table.fetched(id, maxFetches))) return { _tag: "Expired" }
      return { _tag: "File", path: folder.pathOf(id), contentType: row.contentType, bytes: row.bytes }
    }),

    sweep: Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const alive = (names: ReadonlyArray<string>) =>
        Effect.map(table.alive(names, now), (ids) => new Set(ids)).pipe(
          // When nothing can be asked, nothing is thrown away.
          Effect.orElseSucceed(() => new Set(names))
        )
      yield* folder.sweep(orphanedAfter, alive)
      while ((yield* table.forget(now - rememberedFor, forgetAtOnce)) === forgetAtOnce) yield* Effect.yieldNow
    })
  })
})
