import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { Switches } from "./settings.ts"
import { requestTimeout, webhookIsSet, type Json, ok } from "./wire.ts"
import type { BotState, Update, Waiter, World } from "./world.ts"

const replayable = 200

const handOut = (bot: BotState, update: Update, mode: Switches["delivery"]): Update => {
  if (mode === "replays") {
    bot.given.push(update)
    if (bot.given.length > replayable) bot.given.shift()
  }
  return update
}

/** Gives an update to a poll that waits, or keeps or loses it, as the switch says. */
export const offer = (world: World, bot: BotState, update: Update): void => {
  const waiter = bot.waiters.shift()
  if (waiter !== undefined) {
    waiter.given = handOut(bot, update, world.switches.delivery)
    Deferred.doneUnsafe(waiter.done, Exit.void)
    return
  }
  if (world.switches.delivery !== "lost") bot.pending.push(update)
}

/** Polls that wait when a webhook is set are told so. */
export const dismiss = (bot: BotState): void => {
  for (const waiter of bot.waiters.splice(0)) Deferred.doneUnsafe(waiter.done, Exit.void)
}

const next = (world: World, bot: BotState): Update | undefined => {
  const mode = world.switches.delivery
  const fresh = bot.pending.shift()
  if (fresh !== undefined) return handOut(bot, fresh, mode)
  if (mode !== "replays" || bot.given.length === 0) return undefined
  bot.replayed += 1
  return bot.given[bot.replayed % bot.given.length]
}

/** More polls in this second than the switch allows. */
export const tooHot = (world: World, bot: BotState, now: number): boolean => {
  const limit = world.switches.pollsPerSecond
  if (limit <= 0) return false
  bot.polls = bot.polls.filter((at) => at > now - 1000)
  bot.polls.push(now)
  return bot.polls.length > limit
}

const seconds = (value: unknown): number => {
  const given = typeof value === "string" && value !== "" ? Number(value) : value
  return typeof given === "number" && Number.isFinite(given) && given >= 0 ? given : 30
}

/** `getUpdates` (`zalo-bot-api.md` §5.2): one update, or 408 after exactly `timeout` seconds. */
export const poll = Effect.fnUntraced(function* (world: World, bot: BotState, params: Json) {
  if (bot.webhook !== undefined) return webhookIsSet
  const ready = next(world, bot)
  if (ready !== undefined) return ok(ready.body)
  const waiter: Waiter = { done: Deferred.makeUnsafe(), given: undefined }
  bot.waiters.push(waiter)
  yield* Deferred.await(waiter.done).pipe(
    Effect.timeoutOption(seconds(params["timeout"]) * 1000),
    // A client that left has not got it: the next poll does.
    Effect.onInterrupt(() =>
      Effect.sync(() => {
        if (waiter.given === undefined) return
        if (world.switches.delivery !== "lost") bot.pending.unshift(waiter.given)
      })
    ),
    Effect.ensuring(
      Effect.sync(() => {
        const place = bot.waiters.indexOf(waiter)
        if (place >= 0) bot.waiters.splice(place, 1)
      })
    )
  )
  if (waiter.given !== undefined) return ok(waiter.given.body)
  return bot.webhook === undefined ? requestTimeout : webhookIsSet
})
