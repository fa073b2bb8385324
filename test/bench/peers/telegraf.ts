// Telegraf as its documentation sets it up. Arguments: `webhook` or `polling`; the Bot API's port; what it does with a message.
import { createServer } from "node:http"
import { Telegraf } from "telegraf"
import { message } from "telegraf/filters"
import { ready } from "../rpc.ts"
import { secret, telegramToken } from "../updates.ts"
import { askAgent } from "./work.ts"

const [transport, api = "0", work] = process.argv.slice(2)

const bot = new Telegraf(telegramToken, { telegram: { apiRoot: `http://127.0.0.1:${api}`, webhookReply: false } })

bot.on(message("text"), async (context) => {
  if (work === "nothing") return
  if (work === "agent") {
    return void (await context.reply(await askAgent(api, context.chat.id, context.message.text)))
  }
  const typing = work === "typing-and-reply" ? context.sendChatAction("typing") : undefined
  await Promise.all([typing, context.reply(context.message.text)])
})

if (transport === "polling") {
  await bot.launch(() => ready(0))
} else {
  bot.botInfo = await bot.telegram.getMe()
  const server = createServer(bot.webhookCallback("/", { secretToken: secret }))
  server.listen(0, "127.0.0.1", () => {
    const address = server.address()
    ready(typeof address === "object" && address !== null ? address.port : 0)
  })
}
