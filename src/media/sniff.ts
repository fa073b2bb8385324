/** What a file is by its own first bytes. */
export interface Sniffed {
  readonly contentType: string
  /** With which its name ends, without the dot. */
  readonly extension: string
  readonly family: "picture" | "audio"
}

/** So many bytes tell every kind. */
export const sniffLength = 32

const latin1 = (bytes: Uint8Array, from: number, to: number): string => String.fromCharCode(...bytes.slice(from, to))

const picture = (contentType: string, extension: string): Sniffed => ({ contentType, extension, family: "picture" })
const audio = (contentType: string, extension: string): Sniffed => ({ contentType, extension, family: "audio" })

/** ISO base media files by their brand. */
const brand = (name: string): Sniffed | undefined => {
  if (/^avi[fs]$/.test(name)) return picture("image/avif", "avif")
  if (/^(?:hei[cxms]|hev[cxms]|mif1|msf1)$/.test(name)) return picture("image/heic", "heic")
  return /^(?:M4A |M4B |mp42|isom|iso2|mp41)$/.test(name) ? audio("audio/mp4", "m4a") : undefined
}

/** Bits of an MPEG audio frame: 12 bits of sync, the version, two for the layer, which is 0 in ADTS only. */
const mpeg = (first: number, second: number): Sniffed | undefined => {
  if (first !== 0xff || (second & 0xe0) !== 0xe0) return undefined
  const layer = (second >> 1) & 3
  if (layer === 0) return (second & 0xf0) === 0xf0 ? audio("audio/aac", "aac") : undefined
  return layer === 1 ? audio("audio/mpeg", "mp3") : undefined
}

/**
 * Pictures and audio, and nothing else: a type that somebody declares is not believed, and what a browser could run (HTML,
 * SVG) is never one of these.
 */
export const sniff = (bytes: Uint8Array): Sniffed | undefined => {
  const [a = 0, b = 0, c = 0] = bytes
  const head = latin1(bytes, 0, 8)
  if (a === 0xff && b === 0xd8 && c === 0xff) return picture("image/jpeg", "jpg")
  if (head === "\x89PNG\r\n\x1a\n") return picture("image/png", "png")
  if (/^GIF8[79]a/.test(head)) return picture("image/gif", "gif")
  if (head.startsWith("RIFF")) {
    const form = latin1(bytes, 8, 12)
    if (form === "WEBP") return picture("image/webp", "webp")
    return form === "WAVE" ? audio("audio/wav", "wav") : undefined
  }
  if (head.slice(4) === "ftyp") return brand(latin1(bytes, 8, 12))
  if (head.startsWith("ID3")) return audio("audio/mpeg", "mp3")
  if (head.startsWith("ADIF")) return audio("audio/aac", "aac")
  if (head.startsWith("OggS")) return audio("audio/ogg", "ogg")
  if (head.startsWith("fLaC")) return audio("audio/flac", "flac")
  if (head.startsWith("#!AMR")) return audio("audio/amr", "amr")
  return mpeg(a, b)
}
