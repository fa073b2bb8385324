/** The pictures that the chat page sent, in memory: the newest few, for as long as the process lives. */
export interface Uploads {
  /** Gives the name under which it can be fetched. */
  readonly add: (name: string, contentType: string, bytes: Uint8Array) => void
  readonly get: (name: string) => { readonly contentType: string; readonly bytes: Uint8Array } | undefined
}

export const maxUploadBytes = 5 * 1024 * 1024

const maxTotalBytes = 64 * 1024 * 1024

/** Pictures only: a page or an SVG drawing from here would run with the chat page's rights. */
export const pictures: Readonly<Record<string, string>> = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/gif": "gif",
  "image/webp": "webp"
}

export const makeUploads = (): Uploads => {
  const kept = new Map<string, { readonly contentType: string; readonly bytes: Uint8Array }>()
  let total = 0
  return {
    add: (name, contentType, bytes) => {
      kept.set(name, { contentType, bytes })
      total += bytes.length
      for (const [oldest, entry] of kept) {
        if (total <= maxTotalBytes) break
        kept.delete(oldest)
        total -= entry.bytes.length
      }
    },
    get: (name) => kept.get(name)
  }
}
