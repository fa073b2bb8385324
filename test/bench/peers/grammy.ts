// grammY as its documentation sets it up. Arguments: `noop`, `echo` or `polling`, and the Bot API's port.
import { createServer } from "node:http"
import { Bot, webhookCallback } from "grammy"
import { ready } from "../rpc.ts"
import { secret, telegramToken } from "../updates.ts"

const [kind = "noop", api = "0"] = process.argv.slice(2)

const bot = new Bot(telegramToken, { client: { apiRoot: `http://127.0.0.1:${api}` } })

if (kind === "noop") bot.on("message:text", () => {})
else {
  // Both calls at once, as ours makes them.
  bot.on("message:text", async (context) => {
    await Promise.all([context.replyWithChatAction("typing"), context.reply(context.message.text)])
  })
}

if (kind === "polling") {
  await bot.start({ onStart: () => ready(0) })
} else {
  const server = createServer(webhookCallback(bot, "http", { secretToken: secret }))
  server.listen(0, "127.0.0.1", () => {
    const address = server.address()
    ready(typeof address === "object" && address !== null ? address.port : 0)
  })
}
