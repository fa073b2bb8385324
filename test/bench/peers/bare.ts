// What taking a webhook costs at least: node:http, the secret, JSON.parse, 200. It keeps nothing.
import { timingSafeEqual } from "node:crypto"
import { createServer } from "node:http"
import { ready } from "../rpc.ts"
import { secret, secretHeader } from "../updates.ts"

const expected = Buffer.from(secret)
const header = secretHeader.zalo.toLowerCase()
const answer = Buffer.from(`{"message":"Success"}`)

const allowed = (given: string | ReadonlyArray<string> | undefined): boolean => {
  const bytes = Buffer.from(String(given))
  return bytes.length === expected.length && timingSafeEqual(bytes, expected)
}

const server = createServer((request, response) => {
  if (!allowed(request.headers[header])) return void response.writeHead(401).end()
  const pieces: Array<Buffer> = []
  request.on("data", (piece: Buffer) => pieces.push(piece))
  request.on("end", () => {
    const update: unknown = JSON.parse(Buffer.concat(pieces).toString("utf8"))
    const status = typeof update === "object" && update !== null ? 200 : 400
    response.writeHead(status, { "content-type": "application/json", "content-length": answer.length }).end(answer)
  })
})

server.listen(0, "127.0.0.1", () => {
  const address = server.address()
  ready(typeof address === "object" && address !== null ? address.port : 0)
})
