import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import { call } from "./callbacks.ts"
import { offer } from "./polls.ts"
import type { BotState, Update, World } from "./world.ts"

/** Sends one update to the bot's webhook until it is taken or given up: then it is lost (`zalo-bot-api.md` §7). */
const deliver = Effect.fnUntraced(function* (
  world: World,
  client: HttpClient.HttpClient,
  bot: BotState,
  update: Update
) {
  let repetitions = 0
  for (let attempt = 1; ; attempt++) {
    const { switches } = world
    const webhook = bot.webhook
    // Removed while this one waited for its turn: back to whoever polls.
    if (webhook === undefined) return offer(world, bot, update)
    const flat = JSON.stringify(update.body)
    const { status } = yield* call(world, client, bot, webhook.url, {
      body: switches.webhookBody === "flat" ? flat : `{"ok":true,"result":${flat}}`,
      secret: webhook.secret,
      messageId: update.messageId,
      chat: update.chat,
      attempt,
      duplicate: repetitions > 0
    })
    const taken = status !== undefined && status >= 200 && status < 300
    if (taken || repetitions > 0) {
      if (repetitions >= switches.duplicates) return
      repetitions += 1
      continue
    }
    if (attempt > switches.webhookRetries) return
    yield* Effect.sleep(switches.webhookRetryMs * attempt)
  }
})

/** Starts deliveries and lets them run: in order per chat, or all at once (`Switches.webhookOrder`). */
export const makeCourier = (world: World, client: HttpClient.HttpClient, scope: Scope.Scope) => {
  const lanes = new Map<string, { readonly lock: Semaphore.Semaphore; waiting: number }>()

  const send = (bot: BotState, update: Update): Effect.Effect<void> => {
    const delivery = deliver(world, client, bot, update)
    if (world.switches.webhookOrder === "none" || update.chat === undefined) {
      return Effect.asVoid(Effect.forkIn(delivery, scope))
    }
    const key = `${bot.bot.id}/${update.chat}`
    const lane = lanes.get(key) ?? { lock: Semaphore.makeUnsafe(1), waiting: 0 }
    lanes.set(key, lane)
    lane.waiting += 1
    return lane.lock.withPermit(delivery).pipe(
      Effect.ensuring(
        Effect.sync(() => {
          lane.waiting -= 1
          if (lane.waiting === 0) lanes.delete(key)
        })
      ),
      Effect.forkIn(scope),
      Effect.asVoid
    )
  }

  /** By webhook where one is set, else to whoever polls. */
  const dispatch = (bot: BotState, update: Update): Effect.Effect<void> => {
    if (bot.webhook !== undefined) return send(bot, update)
    return Effect.sync(() => offer(world, bot, update))
  }
  return { dispatch }
}
export type Courier = ReturnType<typeof makeCourier>
