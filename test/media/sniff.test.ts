import { assert, it } from "vitest"
import { sniff } from "../../src/media/sniff.ts"

const bytes = (text: string) => Uint8Array.from(text, (sign) => sign.charCodeAt(0))

const known: ReadonlyArray<readonly [name: string, head: string, type: string, family: string]> = [
  ["JPEG", "\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg", "picture"],
  ["PNG", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "image/png", "picture"],
  ["GIF", "GIF89a\x01\x00", "image/gif", "picture"],
  ["WebP", "RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp", "picture"],
  ["AVIF", "\x00\x00\x00\x1cftypavif", "image/avif", "picture"],
  ["HEIC", "\x00\x00\x00\x1cftypheic", "image/heic", "picture"],
  ["ADTS, MPEG-4", "\xff\xf1\x60\x40", "audio/aac", "audio"],
  ["ADTS, MPEG-2", "\xff\xf9\x60\x40", "audio/aac", "audio"],
  ["MP3", "\xff\xfb\x90\x00", "audio/mpeg", "audio"],
  ["MP3 with tags", "ID3\x04\x00", "audio/mpeg", "audio"],
  ["M4A", "\x00\x00\x00\x1cftypM4A ", "audio/mp4", "audio"],
  ["Ogg", "OggS\x00\x02", "audio/ogg", "audio"],
  ["WAV", "RIFF\x10\x00\x00\x00WAVEfmt ", "audio/wav", "audio"],
  ["AMR", "#!AMR\n\x3c", "audio/amr", "audio"]
]

for (const [name, head, contentType, family] of known) {
  it(`${name} is known by its first bytes`, () => {
    const found = sniff(bytes(head))
    assert.deepStrictEqual([found?.contentType, found?.family], [contentType, family])
  })
}

const others: ReadonlyArray<readonly [name: string, head: string]> = [
  ["nothing", ""],
  ["a page", "<!doctype html><script>"],
  ["a drawing", '<svg xmlns="http://www.w3.org/2000/svg">'],
  ["a page that begins as a picture's name", "PNG\r\n"],
  ["a film", "RIFF\x10\x00\x00\x00AVI LIST"],
  ["a PDF", "%PDF-1.7"],
  ["a program", "\x7fELF"],
  ["a gzipped something", "\x1f\x8b\x08"],
  ["half a JPEG mark", "\xff\xd8"]
]

for (const [name, head] of others) {
  it(`${name} is neither picture nor audio`, () => {
    assert.isUndefined(sniff(bytes(head)))
  })
}
