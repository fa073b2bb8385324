import * as ByteSize from "effect/ByteSize"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import { FileSystem } from "effect/FileSystem"
import * as Option from "effect/Option"
import { Path } from "effect/Path"
import * as Result from "effect/Result"
import { orStoreError } from "./folder.ts"
import { type MediaError, mediaError, tooLarge } from "./MediaError.ts"

/** What somebody wrote where a picture's or a voice's address goes. */
export type Written =
  | { readonly _tag: "Url" }
  | { readonly _tag: "Data"; readonly base64: boolean; readonly body: string }
  | { readonly _tag: "File"; readonly path: string }
  | { readonly _tag: "FileUrl"; readonly url: URL }
  | { readonly _tag: "Other"; readonly scheme: string }

/** A drive's letter is no scheme. */
const scheme = /^([a-z][a-z0-9+.-]+):/i

/** An address, a data URI, a `file:` address, or else a path. */
export const written = (text: string): Written => {
  const trimmed = text.trim()
  const name = scheme.exec(trimmed)?.[1]?.toLowerCase()
  switch (name) {
    case undefined:
      return { _tag: "File", path: trimmed }
    case "http":
    case "https":
      return { _tag: "Url" }
    case "data": {
      const comma = trimmed.indexOf(",")
      const head = comma < 0 ? "" : trimmed.slice(0, comma)
      return { _tag: "Data", base64: /;\s*base64$/i.test(head), body: comma < 0 ? "" : trimmed.slice(comma + 1) }
    }
    case "file":
      return URL.canParse(trimmed) ? { _tag: "FileUrl", url: new URL(trimmed) } : { _tag: "Other", scheme: name }
    default:
      return { _tag: "Other", scheme: name }
  }
}

/** For the journal and the log: a data URI may be megabytes long. */
export const shown = (text: string): string => (/^\s*data:/i.test(text) ? `${text.trim().slice(0, 40)}…` : text)

const unreadable = (why: string) => mediaError("unreadable", why)

const ofFile = Effect.fnUntraced(function* (file: string, maxBytes: number) {
  const fs = yield* FileSystem
  const missing = () => unreadable(`there is no file at ${file}, or it may not be read`)
  // Looked at first: opening a pipe would wait for whoever writes to it.
  const info = yield* Effect.mapError(fs.stat(file), missing)
  if (info.type !== "File") return yield* unreadable(`${file} is no file`)
  const size = Number(ByteSize.toBigInt(info.size))
  if (size > maxBytes) return yield* tooLarge(maxBytes)
  return yield* Effect.scoped(
    Effect.gen(function* () {
      const open = yield* Effect.mapError(fs.open(file, { flag: "r" }), missing)
      // No more than it had: it may have grown since.
      const bytes = new Uint8Array(size)
      let filled = 0
      while (filled < bytes.length) {
        const read = yield* orStoreError(open.read(bytes.subarray(filled)))
        if (read === 0) break
        filled += read
      }
      return bytes.slice(0, filled)
    })
  )
})

const ofData = (base64: boolean, body: string, maxBytes: number): Result.Result<Uint8Array, MediaError> => {
  // Four signs hold three bytes, and a sign of the other form holds at most one: that much is told without decoding.
  if (body.length > (base64 ? maxBytes * 1.5 + 16 : maxBytes * 3)) return Result.fail(tooLarge(maxBytes))
  const text = Result.try({ try: () => decodeURIComponent(body), catch: () => unreadable("the data URI is damaged") })
  const bytes = Result.flatMap(text, (plain) =>
    base64
      ? Result.mapError(Base64.decode(plain.replace(/\s/g, "")), () => unreadable("the data URI is no base64"))
      : Result.succeed(Uint8Array.from(plain, (sign) => sign.charCodeAt(0)))
  )
  return Result.flatMap(bytes, (all) => (all.length > maxBytes ? Result.fail(tooLarge(maxBytes)) : Result.succeed(all)))
}

/** The bytes of a local file or a data URI, `maxBytes` at most. A relative path starts where this process does. */
export const readWritten = Effect.fnUntraced(function* (
  from: Exclude<Written, { readonly _tag: "Url" }>,
  maxBytes: number
): Effect.fn.Return<Uint8Array, MediaError, FileSystem | Path> {
  const path = yield* Path
  switch (from._tag) {
    case "Data":
      return yield* Effect.fromResult(ofData(from.base64, from.body, maxBytes))
    case "File":
      return yield* ofFile(path.resolve(from.path), maxBytes)
    case "FileUrl": {
      const file = yield* Effect.option(path.fromFileUrl(from.url))
      if (Option.isNone(file)) return yield* unreadable("the file: address names no file of this machine")
      return yield* ofFile(file.value, maxBytes)
    }
    case "Other":
      return yield* mediaError("no-address", `Zalo fetches http(s) addresses, not ${from.scheme}:`)
  }
})
