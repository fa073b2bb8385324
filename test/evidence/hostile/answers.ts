import type { ServerResponse } from "node:http"
import { gzipSync } from "node:zlib"
import { later } from "../../bench/later.ts"
import type { Chance } from "../../chaos/chance.ts"

type Answer = (response: ServerResponse) => void

const body =
  (
    text: string | Buffer,
    status = 200,
    headers: Readonly<Record<string, string>> = { "content-type": "application/json" }
  ): Answer =>
  (response) =>
    void response.writeHead(status, headers).end(text)

const bomb = gzipSync(Buffer.alloc(200_000_000, 0x5b))
const html = { "content-type": "text/html" }

/** For ever, or until the other side has had enough. */
const endless =
  (piece: string, type: string): Answer =>
  (response) => {
    response.writeHead(200, { "content-type": type })
    const push = () => {
      while (!response.destroyed) if (!response.write(piece)) return void response.once("drain", push)
    }
    response.on("error", () => {})
    push()
  }

const torn: Answer = (response) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": "1000" })
  response.write(`{"ok":true,"result":{"message_`)
  later(5, () => response.destroy())
}

const shared: ReadonlyArray<Answer> = [
  body(""),
  body("", 204),
  body("null"),
  body("[]"),
  body(`"ok"`),
  body("<html><h1>502 Bad Gateway</h1>", 502, html),
  body("<html>OK</html>", 200, html),
  body("<html>Too Many Requests</html>", 429, html),
  body("[".repeat(100_000)),
  body(Buffer.from([0xff, 0xfe, 0x00, 0xd8, 0x80])),
  body(`{"ok":true,"result":{}}`, 200, { "content-type": "application/json", "content-encoding": "gzip" }),
  body(bomb, 200, { "content-type": "application/json", "content-encoding": "gzip" }),
  endless(" ".repeat(65_536), "application/json"),
  torn,
  (response) => void response.socket?.destroy(),
  (response) => void response.socket?.end("HTTP/1.1 999 \u0000\r\n\r\n"),
  (response) => void response.socket?.end("not http at all")
]

/** What a Bot API should never say. No 401: an account is meant to stop at that. */
export const apiAnswers = (canary: string): ReadonlyArray<Answer> => [
  ...shared,
  body(`{"ok":"yes"}`),
  body(`{"ok":true}`),
  body(`{"ok":true,"result":7}`),
  body(`{"ok":true,"result":[[[]]]}`),
  body(`{"ok":true,"result":{"message_id":{"a":1},"date":"never"}}`),
  body(`{"ok":true,"result":{"message_id":"${"9".repeat(1_000_000)}","date":1e308}}`),
  body(`{"ok":true,"result":{"event_name":{},"message":[]}}`),
  body(`{"ok":true,"result":{"event_name":"message.text.received","message":{"message_id":"m","chat":null}}}`),
  body(`{"ok":false}`),
  body(`{"ok":false,"error_code":"429","description":{"a":1}}`),
  body(`{"ok":false,"error_code":-1,"description":"${"x".repeat(500_000)}"}`),
  body(`{"ok":false,"error_code":1e300,"description":null}`),
  body("", 302, { location: canary }),
  body("", 307, { location: canary })
]

const text = (value: unknown): Answer => body(JSON.stringify({ text: value }))

/** What an agent should never say. */
export const agentAnswers = (canary: string): ReadonlyArray<Answer> => [
  ...shared,
  body("", 302, { location: canary }),
  text({ $gt: "" }),
  text(["a"]),
  text("x".repeat(900_000)),
  text("x".repeat(2_000_000)),
  text("```".repeat(30_000)),
  text("e" + "\u0301".repeat(50_000)),
  text("👨‍👩‍👧‍👦".repeat(5_000)),
  text("\u0000\u0001\u001b[31m\u202e\ud800"),
  text("**".repeat(50_000)),
  text(`${"> ".repeat(5_000)}sâu`),
  text(`${"- ".repeat(5_000)}sâu`),
  text("[a](".repeat(20_000)),
  text("|".repeat(50_000)),
  body(`{"parts":[${Array.from({ length: 2_000 }, () => `{"type":"text","text":"x"}`).join()}]}`),
  body(`{"parts":[{"type":"photo","url":"file:///etc/passwd"}]}`),
  body(`{"parts":[{"type":"photo","url":"/etc/passwd"}]}`),
  body(`{"parts":[{"type":"photo","url":"../../../../etc/passwd"}]}`),
  body(`{"parts":[{"type":"photo","url":"data:image/png;base64,AAAA"}]}`),
  body(`{"parts":[{"type":"photo","url":"${canary}"}]}`),
  body(`{"parts":[{"type":"voice","url":"http://169.254.169.254/latest/meta-data/"}]}`),
  body(`{"parts":[{"type":"sticker","sticker":{"a":1}}]}`),
  body(`{"parts":[{"type":"sticker","sticker":"${"9".repeat(100_000)}"}]}`),
  body(`{"parts":[{"type":"exec","command":"rm -rf /"}]}`),
  body(`{"parts":{"length":1e9}}`),
  body(`{"parts":[null,[],7]}`),
  body(`{"text":"a","parts":[{"type":"text","text":"b"}],"__proto__":{"x":1}}`)
]

export const drawn = (answers: ReadonlyArray<Answer>, chance: Chance): Answer =>
  answers[chance.between(0, answers.length - 1)] ?? body("")
