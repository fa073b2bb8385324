// agent: { type: "openai", baseUrl: "http://127.0.0.1:8902/v1", model: "nho", instructions: "Bạn là quán phở." }
// A stand-in for a model, to try the openai agent without a key: it streams what it was told, as OpenAI's API does.
import { createServer } from "node:http"
import { json } from "node:stream/consumers"

const event = (value) => `data: ${JSON.stringify(value)}\n\n`
const chunk = (delta, finish_reason = null) => event({ choices: [{ index: 0, delta, finish_reason }] })

const server = createServer(async (request, response) => {
  const { messages } = await json(request)
  const earlier = messages.filter(({ role }) => role !== "system").slice(0, -1)
  const words = `**${messages.at(-1).content}**, và trước đó ${earlier.length} tin.`.split(/(?<= )/)
  response.writeHead(200, { "content-type": "text/event-stream" })
  for (const word of words) response.write(chunk({ content: word }))
  response.write(chunk({}, "stop"))
  response.write(
    event({ choices: [], usage: { prompt_tokens: messages.length * 10, completion_tokens: words.length } })
  )
  response.end("data: [DONE]\n\n")
})

server.listen(Number(process.env.PORT ?? 8902), "127.0.0.1", () => {
  process.stdout.write(`http://127.0.0.1:${server.address().port}/v1\n`)
})
