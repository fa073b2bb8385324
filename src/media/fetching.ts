import * as Effect from "effect/Effect"
import { Digest, sha256 } from "effect/crypto/Digest"
import { SecureRandom } from "effect/crypto/SecureRandom"
import { FileSystem } from "effect/FileSystem"
import { Path } from "effect/Path"
import * as Result from "effect/Result"
import * as Semaphore from "effect/Semaphore"
import type { AccountSettings } from "../domain/Account.ts"
import type { TurnMedia } from "../domain/Turn.ts"
import { rangesOf } from "./address.ts"
import { download } from "./download.ts"
import { fileMode, type Folder, makeFolder, orStoreError } from "./folder.ts"
import { GuardedClient } from "./GuardedClient.ts"
import { httpUrl } from "./guard.ts"
import { type MediaError, mediaError } from "./MediaError.ts"
import { MediaPlace, MediaReach } from "./MediaPlace.ts"
import { Resolver } from "./Resolver.ts"
import { receivedIn } from "./sweep.ts"
import { type Sniffed, sniff, sniffLength } from "./sniff.ts"

export type MediaKind = "photo" | "sticker" | "voice"

/** Where a file that a person sent is to be had. */
export interface Source {
  readonly url: string
  readonly kind: MediaKind
}

/** What fetching needs to know of an account. */
export type FetchSettings = Pick<AccountSettings, "id" | "proxy" | "mediaMaxBytes" | "media">

const tries = 2
const pause = "1 second"

/** Files fetched lately, by account and address: a turn that is tried again, or a sticker that everybody sends. */
const remembered = 1_000

/** Files of one size in memory at once, while their names are made. */
const hashing = 4

const family = { photo: "picture", sticker: "picture", voice: "audio" } as const

const mistaken = (kind: MediaKind) =>
  mediaError("wrong-type", kind === "voice" ? "what came is no audio that is known here" : "what came is no picture")

/** Fetches what people send, each file under its hash in a folder of its account. */
export const makeFetching = Effect.gen(function* () {
  const fs = yield* FileSystem
  const path = yield* Path
  const place = yield* MediaPlace
  const digest = yield* Digest
  const services = yield* Effect.context<Resolver | GuardedClient | SecureRandom>()
  const reach = yield* MediaReach
  const hashers = yield* Semaphore.make(hashing)
  const recent = new Map<string, { readonly name: string; readonly media: TurnMedia }>()

  const folderOf = (account: FetchSettings): Folder => makeFolder(fs, path, receivedIn(path, place, account))

  const nameOf = (file: string, { extension }: Sniffed) =>
    hashers
      .withPermit(Effect.flatMap(orStoreError(fs.readFile(file)), (bytes) => digest.digestHex(sha256, bytes)))
      .pipe(Effect.map((hash) => `${hash}.${extension}`))

  /** The size of what came, and what its first bytes say that it is. */
  const write = (url: URL, file: string, account: FetchSettings, attempt: number) =>
    Effect.gen(function* () {
      const open = yield* orStoreError(fs.open(file, { flag: "wx", mode: fileMode }))
      const head = new Uint8Array(sniffLength)
      let filled = 0
      const bytes = yield* download(
        url,
        {
          guard: {
            trusted: place.trusted,
            allowRanges: rangesOf(account.media.allowRanges),
            allowHosts: account.media.allowHosts
          },
          proxy: account.proxy,
          maxBytes: account.mediaMaxBytes,
          attempt
        },
        (piece) => {
          if (filled < sniffLength) {
            const part = piece.subarray(0, sniffLength - filled)
            head.set(part, filled)
            filled += part.length
          }
          return orStoreError(open.writeAll(piece))
        }
      )
      return { bytes, sniffed: sniff(head.subarray(0, filled)) }
    }).pipe(Effect.scoped)

  const once = Effect.fnUntraced(function* (url: URL, from: Source, account: FetchSettings, attempt: number) {
    const folder = folderOf(account)
    const part = yield* folder.part
    return yield* Effect.gen(function* () {
      const file = folder.pathOf(part)
      const { bytes, sniffed } = yield* write(url, file, account, attempt)
      if (sniffed === undefined || sniffed.family !== family[from.kind]) return yield* mistaken(from.kind)
      const name = yield* nameOf(file, sniffed)
      const kept = yield* folder.keep(part, name)
      const media: TurnMedia = { path: kept, contentType: sniffed.contentType, bytes, url: from.url }
      return { name, media }
    }).pipe(Effect.onError(() => folder.remove(part)))
  })

  const again = (url: URL, from: Source, account: FetchSettings, attempt = 0): ReturnType<typeof once> =>
    once(url, from, account, attempt).pipe(
      Effect.catch((error) =>
        error.again && attempt + 1 < tries
          ? Effect.andThen(
              Effect.sleep(pause),
              Effect.suspend(() => again(url, from, account, attempt + 1))
            )
          : Effect.fail(error)
      )
    )

  const fetch = Effect.fn("Media.fetch")(function* (
    account: FetchSettings,
    from: Source
  ): Effect.fn.Return<TurnMedia, MediaError> {
    const url = httpUrl(from.url)
    if (Result.isFailure(url)) return yield* url.failure
    const key = `${account.id} ${from.kind} ${from.url}`
    const known = recent.get(key)
    if (known !== undefined && (yield* folderOf(account).touch(known.name))) return known.media
    const found = yield* again(url.success, from, account).pipe(
      Effect.provideContext(services),
      Effect.provideService(MediaReach, reach)
    )
    recent.delete(key)
    recent.set(key, found)
    for (const [oldest] of recent) {
      if (recent.size <= remembered) break
      recent.delete(oldest)
    }
    return found.media
  })

  return { fetch }
})
