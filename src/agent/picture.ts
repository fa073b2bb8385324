import * as Effect from "effect/Effect"
import type { FileSystem } from "effect/FileSystem"
import type { Turn } from "../domain/Turn.ts"

/** A picture for a model: its address, or its bytes. */
export interface Picture {
  readonly mediaType: string
  readonly data: URL | Uint8Array
}

/** Beyond this endpoints refuse a picture, and it would only fill the memory. */
const maxBytes = 20 * 1024 * 1024

/**
 * The picture of a turn: the fetched file if there is one, since Zalo's address may be gone by then, else the address. A file
 * that cannot be read is no reason to give no answer.
 */
export const pictureOf = (turn: Turn, fs: FileSystem | undefined): Effect.Effect<Picture | undefined> =>
  Effect.gen(function* () {
    const { kind, media } = turn.message
    if (kind !== "photo" || media === undefined) return undefined
    const mediaType = media.contentType ?? "image/jpeg"
    if (!mediaType.startsWith("image/")) return undefined
    if (media.path !== undefined && fs !== undefined) {
      const data = yield* read(fs, media.path)
      if (data !== undefined) return { mediaType, data }
    }
    const address = media.url !== undefined && URL.canParse(media.url) ? new URL(media.url) : undefined
    return address?.protocol === "https:" || address?.protocol === "http:" ? { mediaType, data: address } : undefined
  })

const read = (fs: FileSystem, path: string): Effect.Effect<Uint8Array | undefined> =>
  Effect.gen(function* () {
    const { size } = yield* fs.stat(path)
    return Number(size) > maxBytes ? undefined : yield* fs.readFile(path)
  }).pipe(
    Effect.catch((error) => Effect.as(Effect.logWarning(`the picture cannot be read: ${error.reason._tag}`), undefined))
  )
