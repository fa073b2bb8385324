// grammY as its documentation sets it up. Arguments: `webhook`, `polling`, or `runner` (polling by @grammyjs/runner, a chat's
// messages one after the other by its `sequentialize`); the Bot API's port; what it does with a message (`work.ts`).
import { createServer } from "node:http"
import { run, sequentialize } from "@grammyjs/runner"
import { Bot, webhookCallback } from "grammy"
import { ready } from "../rpc.ts"
import { secret, telegramToken } from "../updates.ts"
import { askAgent } from "./work.ts"

const [transport, api = "0", work] = process.argv.slice(2)

const bot = new Bot(telegramToken, { client: { apiRoot: `http://127.0.0.1:${api}` } })

if (transport === "runner") bot.use(sequentialize((context) => context.chat?.id.toString()))

bot.on("message:text", async (context) => {
  if (work === "nothing") return
  if (work === "agent") {
    return void (await context.reply(await askAgent(api, context.chat.id, context.message.text)))
  }
  // Both calls at once, as ours makes them.
  const typing = work === "typing-and-reply" ? context.replyWithChatAction("typing") : undefined
  await Promise.all([typing, context.reply(context.message.text)])
})

if (transport === "polling") {
  await bot.start({ onStart: () => ready(0) })
} else if (transport === "runner") {
  await bot.init()
  run(bot)
  ready(0)
} else {
  const server = createServer(webhookCallback(bot, "http", { secretToken: secret }))
  server.listen(0, "127.0.0.1", () => {
    const address = server.address()
    ready(typeof address === "object" && address !== null ? address.port : 0)
  })
}
