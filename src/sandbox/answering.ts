import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import { methodNames, type makeMethods } from "./methods.ts"
import { drawMishap } from "./mishaps.ts"
import type { Fault } from "./settings.ts"
import type { Answer } from "./model.ts"
import { tooHot } from "./polls.ts"
import { codeOf, type Json, notFound, refusal, unauthorized } from "./wire.ts"
import type { BotState, CallRecord, World } from "./world.ts"

/** What goes back to the client, for the routes to put on the wire. */
export type Reply =
  | { readonly _tag: "Json"; readonly status: number; readonly body: Json }
  | { readonly _tag: "Page"; readonly status: number }
  | { readonly _tag: "Dropped" }
  | { readonly _tag: "Torn"; readonly status: number; readonly body: Json; readonly share: number }

const statusOf = (world: World, body: Json): number => {
  const code = codeOf(body)
  return world.switches.errorStatus === "real" && code >= 400 && code < 600 ? code : 200
}

const spoilt = (fault: Fault): Reply | undefined => {
  switch (fault.kind) {
    case "drop":
      return { _tag: "Dropped" }
    case "html":
      return { _tag: "Page", status: fault.status ?? 502 }
    default:
      return undefined
  }
}

const remember = (reply: Reply): Answer => {
  switch (reply._tag) {
    case "Json":
      return { _tag: "Json", body: reply.body }
    case "Page":
      return { _tag: "Page", status: reply.status }
    default:
      return { _tag: reply._tag }
  }
}

/** Answers one request of the Bot API, with whatever goes wrong on the way, and keeps a record of it. */
export const makeAnswering = (
  world: World,
  find: (token: string) => BotState | undefined,
  methods: Effect.Success<ReturnType<typeof makeMethods>>,
  scope: Scope.Scope
) => {
  const take = Effect.fnUntraced(function* (bot: BotState, method: string, params: Json, call: CallRecord) {
    const body = yield* methods.run(bot, method, params, call)
    if (body["ok"] === true) call.taken = true
    return body
  })

  const effect = Effect.fnUntraced(function* (
    bot: BotState,
    method: string,
    params: Json,
    call: CallRecord
  ): Effect.fn.Return<Reply> {
    const mishap = drawMishap(world, method, params["chat_id"])
    const { fault } = mishap
    let body: Json | undefined
    if (fault === undefined || fault.taken === true) {
      const taking = take(bot, method, params, call)
      if (mishap.before === 0) body = yield* taking
      else {
        // A server does not notice that its client has gone: what was asked still happens.
        body = yield* Effect.delay(taking, mishap.before).pipe(Effect.forkIn(scope), Effect.flatMap(Fiber.join))
      }
    } else if (mishap.before > 0) yield* Effect.sleep(mishap.before)
    if (mishap.after > 0) yield* Effect.sleep(mishap.after)
    if (fault?.kind === "hang") {
      call.answer = { _tag: "Hung" }
      return yield* Effect.never
    }
    if (fault?.kind === "error") body = refusal(fault.code ?? 400, fault.description ?? "Bad request")
    const spoiled = fault === undefined ? undefined : spoilt(fault)
    if (spoiled !== undefined) return spoiled
    const said = body ?? refusal(500, "Internal server error")
    if (fault?.kind === "tear") return { _tag: "Torn", status: 200, body: said, share: fault.share ?? 0.5 }
    return { _tag: "Json", status: statusOf(world, said), body: said }
  })

  return Effect.fnUntraced(function* (token: string, method: string, params: Json): Effect.fn.Return<Reply> {
    const bot = find(token)
    if (bot === undefined) return { _tag: "Json", status: statusOf(world, unauthorized), body: unauthorized }
    const at = yield* Clock.currentTimeMillis
    const call = world.calls.add((n): CallRecord => ({
      n,
      bot: bot.bot.id,
      method,
      params,
      at,
      endedAt: undefined,
      answer: undefined,
      taken: false,
      messageId: undefined
    }))
    const answering =
      method === "getUpdates" && tooHot(world, bot, at)
        ? Effect.succeed<Reply>({ _tag: "Page", status: 429 })
        : methodNames.has(method)
          ? effect(bot, method, params, call)
          : Effect.succeed<Reply>({ _tag: "Json", status: statusOf(world, notFound), body: notFound })
    const reply = yield* answering.pipe(
      Effect.onInterrupt(() =>
        Effect.sync(() => {
          call.answer ??= { _tag: "Left" }
        })
      )
    )
    call.answer = remember(reply)
    call.endedAt = yield* Clock.currentTimeMillis
    return reply
  })
}
