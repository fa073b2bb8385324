// agent: { type: "http", url: "http://127.0.0.1:8900/" }
import { createServer } from "node:http"
import { json } from "node:stream/consumers"

const server = createServer(async (request, response) => {
  const turn = await json(request)
  // Asked again after a crash, a turn has the same id: whoever must not do things twice remembers it.
  const id = request.headers["idempotency-key"]
  const text = `${turn.sender.displayName} nói: ${turn.message.text} (${id === turn.turnId ? "một lần" : "không rõ"})`
  response.setHeader("content-type", "application/json").end(JSON.stringify({ text }))
})

server.listen(Number(process.env.PORT ?? 8900), "127.0.0.1", () => {
  process.stdout.write(`http://127.0.0.1:${server.address().port}/\n`)
})
