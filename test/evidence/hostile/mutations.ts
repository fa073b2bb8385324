import type { Chance } from "../../chaos/chance.ts"
import { now, secret, secretHeader, update } from "../../bench/updates.ts"

/** A request as it goes over the wire. */
export interface Mutant {
  readonly kind: string
  readonly bytes: Buffer
  /** Its framing is not to be trusted: it gets a connection of its own. */
  readonly framing: boolean
}

const pick = <A>(chance: Chance, from: ReadonlyArray<A>): A => {
  const found = from[chance.between(0, from.length - 1)]
  if (found === undefined) throw new Error("nothing to pick from")
  return found
}

type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [key: string]: Json }

const nested = (depth: number): Json => JSON.parse("[".repeat(depth) + "]".repeat(depth))

/** What nobody expects to find in an update. */
const values: ReadonlyArray<Json> = [
  null,
  true,
  0,
  -1,
  1e308,
  Number.MIN_VALUE,
  2 ** 53 + 2,
  "",
  " ",
  "\u0000",
  "\ud800",
  "a\u0000b",
  "‮đảo ngược",
  "x".repeat(10_000),
  "👨‍👩‍👧‍👦".repeat(500),
  "e" + "\u0301".repeat(3_000),
  "'; DROP TABLE inbox; --",
  "../../../../etc/passwd",
  "${jndi:ldap://127.0.0.1/a}",
  "constructor",
  [],
  {},
  [null, [null]],
  { __proto__: null, constructor: { prototype: { admin: true } } },
  nested(200),
  "2026-11-25T00:00:00Z",
  "NaN"
]

const events = [
  "message.text.received",
  "message.image.received",
  "message.sticker.received",
  "message.voice.received",
  "message.unsupported.received",
  "message.text.",
  "",
  "\u0000",
  "constructor",
  "__proto__"
]

/** The same tree with something else at a place drawn by chance. */
const mutated = (value: Json, chance: Chance): Json => {
  const inside = typeof value === "object" && value !== null && chance.next() < 0.8
  if (!inside) return pick(chance, values)
  if (Array.isArray(value)) return [...value, pick(chance, values)]
  const entries = Object.entries(value)
  const at = chance.between(0, entries.length)
  const [key, old] = entries[at] ?? [pick(chance, ["__proto__", "extra", "toString", ""]), null]
  const others = entries.filter((_, n) => n !== at)
  const what = chance.next()
  if (what < 0.2) return Object.fromEntries(others)
  if (what < 0.3) return Object.fromEntries([...others, [`${key} `, old]])
  return Object.fromEntries([...others, [key, mutated(old, chance)]])
}

let last = 0

/** A message of somebody who is not let in: were it left as it is, it would be taken and ignored. */
const base = (): { readonly [key: string]: Json } => JSON.parse(update("zalo", 4_000_000, last++, "chào", now()))

const structure = (chance: Chance): Buffer => {
  let body: Json = { ...base(), event_name: chance.next() < 0.5 ? "message.text.received" : pick(chance, events) }
  for (let n = chance.between(1, 3); n > 0; n--) body = mutated(body, chance)
  return Buffer.from(JSON.stringify(body))
}

/** JSON that `JSON.stringify` would never write. */
const spelling = (chance: Chance): Buffer => {
  const text = JSON.stringify(base())
  const spelt = pick(chance, [
    text.replace(
      /"date":\d+/,
      `"date":${pick(chance, ["1e999", "-0", "01", "0x10", "12345678901234567890", "NaN", "1.", "-"])}`
    ),
    text.replace("{", `{"event_name":"a","event_name":"b",`),
    `\ufeff${text}`,
    `${text}${text}`,
    `${text},`,
    text.replaceAll(`"`, "'"),
    `{"message":${"[".repeat(chance.between(1, 20_000))}`,
    `{"a":`.repeat(chance.between(1, 5_000)),
    `"${"\\u0000".repeat(chance.between(0, 2_000))}"`,
    "[]",
    "null",
    "{}",
    `{"ok":true,"result":${text}}`,
    `{"ok":true,"result":[${text},${text}]}`
  ])
  return Buffer.from(spelt)
}

const bytes = (chance: Chance): Buffer => {
  const body = Buffer.from(JSON.stringify(base()))
  for (let n = chance.between(1, 8); n > 0; n--) body[chance.between(0, body.length - 1)] = chance.between(0, 255)
  return chance.next() < 0.3 ? body.subarray(0, chance.between(1, body.length)) : body
}

const secretLine = `${secretHeader.zalo}: ${secret}`
const json = "content-type: application/json"

const request = (lines: ReadonlyArray<string>, body: Buffer | string, first = "POST /zalo HTTP/1.1"): Buffer =>
  Buffer.concat([
    Buffer.from(
      `${[first, "host: 127.0.0.1", ...lines].join("\r\n")}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`,
      "latin1"
    ),
    Buffer.from(body)
  ])

const header = (chance: Chance): Buffer => {
  const body = JSON.stringify(base())
  return pick(chance, [
    () =>
      request(
        [
          secretLine,
          `content-type: ${pick(chance, ["text/plain", "", "application/json; charset=utf-16", "APPLICATION/JSON", "a/b+json", "multipart/form-data", "\u00ff"])}`
        ],
        body
      ),
    () => request([secretLine, json, "content-encoding: gzip"], body),
    () =>
      request(
        [
          secretLine,
          json,
          `x-forwarded-for: ${pick(chance, ["127.0.0.1", "::1", "a, b, c", ",".repeat(500), "999.1.1.1"])}`
        ],
        body
      ),
    () =>
      request(
        [
          secretLine,
          json,
          `traceparent: ${pick(chance, ["00-0-0-0", `00-${"f".repeat(32)}-${"0".repeat(16)}-01`, "x"])}`,
          "baggage: a=b;".repeat(20)
        ],
        body
      ),
    () => request([`${secretHeader.zalo}: ${secret}${pick(chance, [" x", ",", "\t", "\u00e9"])}`, json], body),
    () => request([json], body),
    () => request([secretLine, secretLine, json], body),
    () =>
      request(
        [secretLine, json, ...Array.from({ length: chance.between(1, 60) }, (_, n) => `x-${n}: ${"v".repeat(50)}`)],
        body
      ),
    () =>
      request(
        [secretLine, json],
        body,
        `${pick(chance, ["PUT", "DELETE", "PATCH", "OPTIONS", "GET", "TRACE"])} /zalo HTTP/1.1`
      ),
    () =>
      request(
        [secretLine, json],
        body,
        `POST ${pick(chance, ["/zalo/", "/zalo?x=%00", "/zalo%2f", "//zalo", "/ZALO", "/zalo/../healthz", "http://other.example/zalo", "/%ff%fe", "/zalo#x", "/zalo;a=b"])} HTTP/1.1`
      ),
    () => request([secretLine, json, "cookie: " + "a=b; ".repeat(100), "accept: */*", "user-agent: \u00ff\u00fe"], body)
  ])()
}

const framing = (chance: Chance): Buffer => {
  const body = JSON.stringify(base())
  const head = (...lines: ReadonlyArray<string>) =>
    `POST /zalo HTTP/1.1\r\nhost: x\r\n${[secretLine, json, ...lines].join("\r\n")}\r\n\r\n`
  const text = pick(chance, [
    () => head("content-length: -1") + body,
    () => head("content-length: 10", "content-length: 20") + body,
    () => head(`content-length: ${body.length}`, "transfer-encoding: chunked") + body,
    () => head("transfer-encoding: chunked") + `ffffffffffffffff\r\n${body}`,
    () => head("transfer-encoding: chunked") + `5\r\n{"a":1}\r\n0\r\n\r\n`,
    () => head("transfer-encoding: chunked") + `2;${"e".repeat(chance.between(1, 5_000))}\r\n{}\r\n0\r\n\r\n`,
    () => head("transfer-encoding: chunked, gzip") + body,
    () => head(`content-length: ${body.length + 50}`) + body,
    () => head(`content-length: ${body.length - 50}`) + body,
    () => head(`x-big: ${"v".repeat(chance.between(10_000, 40_000))}`, `content-length: ${body.length}`) + body,
    () => head("expect: 100-continue", `content-length: ${body.length}`) + body,
    () =>
      head("upgrade: websocket", "connection: upgrade", "sec-websocket-key: x", `content-length: ${body.length}`) +
      body,
    () => head("upgrade: h2c", "connection: upgrade, http2-settings", `content-length: ${body.length}`) + body,
    () => `POST /zalo HTTP/9.9\r\n\r\n${body}`,
    () => `POST /zalo\r\n\r\n`,
    () => `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`,
    () => `CONNECT evil.example:443 HTTP/1.1\r\nhost: x\r\n\r\n`,
    () => `POST /zalo HTTP/1.1\r\nhost: x\r\n${secretHeader.zalo} : ${secret}\r\n${json}\r\n\r\n`,
    () => `POST /zalo HTTP/1.1\nhost: x\n\n`,
    () => `\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003`,
    () => `${"A".repeat(chance.between(1, 30_000))}\r\n\r\n`
  ])()
  return Buffer.from(text, "latin1")
}

const good = (body: Buffer): Buffer => request([secretLine, json], body)

/** The next request of an attacker who knows the secret, by chance. */
export const mutant = (chance: Chance): Mutant => {
  const draw = chance.next()
  if (draw < 0.5) return { kind: "structure", bytes: good(structure(chance)), framing: false }
  if (draw < 0.65) return { kind: "spelling", bytes: good(spelling(chance)), framing: false }
  if (draw < 0.8) return { kind: "bytes", bytes: good(bytes(chance)), framing: false }
  if (draw < 0.98) return { kind: "headers", bytes: header(chance), framing: false }
  return { kind: "framing", bytes: framing(chance), framing: true }
}

/** A message as it should be, under a secret that is not ours. */
export const wrongSecret = (chance: Chance): Buffer =>
  request([`${secretHeader.zalo}: wrong-${Math.floor(chance.next() * 1e12)}`, json], JSON.stringify(base()))
