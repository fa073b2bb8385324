// grammY as its documentation sets it up. Arguments: `webhook` or `polling`; the Bot API's port; what it does with a message:
// `nothing`, `reply`, or `typing-and-reply`.
import { createServer } from "node:http"
import { Bot, webhookCallback } from "grammy"
import { ready } from "../rpc.ts"
import { secret, telegramToken } from "../updates.ts"

const [transport, api = "0", work] = process.argv.slice(2)

const bot = new Bot(telegramToken, { client: { apiRoot: `http://127.0.0.1:${api}` } })

bot.on("message:text", async (context) => {
  if (work === "nothing") return
  // Both calls at once, as ours makes them.
  const typing = work === "typing-and-reply" ? context.replyWithChatAction("typing") : undefined
  await Promise.all([typing, context.reply(context.message.text)])
})

if (transport === "polling") {
  await bot.start({ onStart: () => ready(0) })
} else {
  const server = createServer(webhookCallback(bot, "http", { secretToken: secret }))
  server.listen(0, "127.0.0.1", () => {
    const address = server.address()
    ready(typeof address === "object" && address !== null ? address.port : 0)
  })
}
