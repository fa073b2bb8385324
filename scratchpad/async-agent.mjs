// agent: { type: "http", url: "http://127.0.0.1:8901/", async: true, timeout: "10m" }
// For work that takes its time: it says 202 at once, and posts the answer when it is there.
import { createServer } from "node:http"
import { json } from "node:stream/consumers"
import { setTimeout as work } from "node:timers/promises"

const gateway = process.env.GATEWAY ?? "http://127.0.0.1:8787"
// `gateway.token` of the configuration, or the file `admin-token` in the gateway's data directory.
const authorization = `Bearer ${process.env.ADMIN_TOKEN}`

const answerLater = async (turn) => {
  await work(200)
  const response = await fetch(`${gateway}/v1/turns/${encodeURIComponent(turn.turnId)}/reply`, {
    method: "POST",
    headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify({ text: `Xong rồi, ${turn.sender.displayName}: ${turn.message.text}` })
  })
  // 200: taken. 409: it has an answer already. 410: too late. 404: not asked since the gateway started.
  process.stderr.write(`${turn.turnId}: ${response.status}\n`)
}

const server = createServer(async (request, response) => {
  const turn = await json(request)
  response.writeHead(202).end()
  // A gateway that is gone asks again when it is back, with the same turn id.
  await answerLater(turn).catch((error) => process.stderr.write(`${turn.turnId}: ${error.cause?.code ?? error}\n`))
})

server.listen(Number(process.env.PORT ?? 8901), "127.0.0.1", () => {
  process.stdout.write(`http://127.0.0.1:${server.address().port}/\n`)
})
