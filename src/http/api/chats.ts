import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { type AccountId, ChatId, type LaneKey } from "../../domain/ids.ts"
import { ChatView, chatView, conversation, MessageView } from "../../gateway/chats/chatViews.ts"
import { Chats } from "../../journal/chats/Chats.ts"
import { Journal } from "../../journal/Journal.ts"
import { TurnWakes } from "../../pipeline/TurnWakes.ts"
import { account, done, isOn, limit, maybeTime, optional, Switch, Wait } from "./fields.ts"
import { Authorized, Readable, reading } from "./guards.ts"
import { BadRequest, Conflict, NotFound, storeTrouble, Unavailable } from "./refusals.ts"
import { IdempotencyKey, makeSending, OpenMessage, SettledMessage } from "./sending.ts"

const chat = { chat: ChatId }
const errors = [BadRequest, NotFound, Conflict, Unavailable]
const which = { ok: done, account: Schema.String, chatId: Schema.String }

export const chatsGroup = HttpApiGroup.make("chats")
  .add(
    HttpApiEndpoint.get("list", "/chats", {
      query: { account, waiting: Switch, paused: Switch, optedOut: Switch, limit: limit(1_000) },
      success: Schema.Struct({ chats: Schema.Array(ChatView) }),
      error: [BadRequest, Unavailable]
    }).annotate(
      OpenApi.Summary,
      "The chats that were let in, the last heard of first; with `waiting=true` the longest wait for a person first"
    ),
    HttpApiEndpoint.get("show", "/chats/:chat", {
      params: chat,
      query: { account, text: Switch, limit: limit(1_000) },
      success: Schema.Struct({ chat: ChatView, messages: Schema.Array(MessageView) }),
      error: errors
    }).annotate(OpenApi.Summary, "One chat and what was last said there; `text=true` with the words"),
    HttpApiEndpoint.post("pause", "/chats/:chat/pause", {
      params: chat,
      payload: optional(
        Schema.Struct({
          account,
          /** Seconds, after which the bot takes over again by itself. */
          for: Schema.optionalKey(Schema.Finite.check(Schema.isBetween({ minimum: 1, maximum: 31_536_000 }))),
          reason: Schema.optionalKey(Schema.String),
          /** Whether the people there are told. Default true. */
          notify: Schema.optionalKey(Schema.Boolean)
        })
      ),
      success: Schema.Struct({ ...which, began: Schema.Boolean, resumeAt: maybeTime }),
      error: errors
    }).annotate(OpenApi.Summary, "Let a person answer there, and the bot keep silent"),
    HttpApiEndpoint.post("resume", "/chats/:chat/resume", {
      params: chat,
      payload: optional(Schema.Struct({ account, answer: Schema.optionalKey(Schema.Boolean) })),
      success: Schema.Struct({ ...which, settled: Schema.Int, released: Schema.Int }),
      error: errors
    }).annotate(
      OpenApi.Summary,
      "Let the bot answer again; with `answer: true` also the kept messages that no person has answered"
    ),
    HttpApiEndpoint.post("say", "/chats/:chat/say", {
      params: chat,
      headers: IdempotencyKey,
      payload: Schema.Struct({
        account,
        text: Schema.optionalKey(Schema.String),
        media: Schema.optionalKey(Schema.NonEmptyString),
        wait: Schema.optionalKey(Wait)
      }),
      success: [SettledMessage, OpenMessage.pipe(HttpApiSchema.status(202))],
      error: errors
    }).annotate(
      OpenApi.Summary,
      "Say something as the bot, in a person's own words; whoever waited there waits no more"
    )
  )
  .annotateMerge(reading)
  .prefix("/v1")
  .middleware(Readable)
  .middleware(Authorized)

const api = HttpApi.make("zalo-effect").add(chatsGroup)

const iso = (millis: number): string => DateTime.formatIso(DateTime.makeUnsafe(millis))

export const chatsHandlers = HttpApiBuilder.group(
  api,
  "chats",
  Effect.fnUntraced(function* (handlers) {
    const chats = yield* Chats
    const { write } = yield* Journal
    const turns = yield* TurnWakes
    const { send } = yield* makeSending

    /** The one chat of this id; the account is needed where several know it, and where none does. */
    const keyOf = Effect.fnUntraced(function* (id: ChatId, of: AccountId | undefined) {
      if (of !== undefined) return { account: of, chat: id }
      const [only, ...more] = yield* Effect.mapError(chats.find(id), storeTrouble)
      if (only === undefined) {
        return yield* NotFound.because({
          code: "not-found",
          message: `no message of the chat ${id} was let in yet; name the account to speak of it all the same`
        })
      }
      if (more.length === 0) return { account: only.account, chat: id }
      return yield* Conflict.because({
        code: "ambiguous",
        message: `${id} is a chat of several accounts: name one of them`,
        field: "account"
      })
    })

    const told = ({ account, chat }: LaneKey) => ({ ok: true as const, account, chatId: chat })

    return handlers.handleAll({
      list: ({ query: { limit: most = 100, ...query } }) =>
        chats
          .list({
            account: query.account,
            waiting: isOn(query.waiting),
            paused: isOn(query.paused),
            optedOut: isOn(query.optedOut),
            limit: most
          })
          .pipe(Effect.mapBoth({ onFailure: storeTrouble, onSuccess: (found) => ({ chats: found.map(chatView) }) })),
      show: Effect.fnUntraced(function* ({ params, query }) {
        const key = yield* keyOf(params.chat, query.account)
        const most = query.limit ?? 20
        const row = yield* Effect.mapError(chats.listed(key), storeTrouble)
        if (Option.isNone(row)) {
          return yield* NotFound.because({
            code: "not-found",
            message: `no message of the chat ${key.chat} was let in on ${key.account} yet`
          })
        }
        const transcript = yield* Effect.mapError(chats.transcript(key, most), storeTrouble)
        return {
          chat: chatView(row.value),
          messages: conversation(transcript, { limit: most, text: isOn(query.text) })
        }
      }),
      pause: Effect.fnUntraced(function* ({ params, payload }) {
        const key = yield* keyOf(params.chat, payload?.account)
        const now = yield* Clock.currentTimeMillis
        const resumeAt = payload?.for === undefined ? undefined : Math.round(now + payload.for * 1000)
        const tell = payload?.notify ?? true
        const pause = { by: "api" as const, reason: payload?.reason, resumeAt, tell, wanted: false, now }
        const began = yield* Effect.mapError(write(chats.pauseUnit(key, pause)), storeTrouble)
        yield* turns.wake(key)
        return { ...told(key), began, resumeAt: resumeAt === undefined ? null : iso(resumeAt) }
      }),
      resume: Effect.fnUntraced(function* ({ params, payload }) {
        const key = yield* keyOf(params.chat, payload?.account)
        const now = yield* Clock.currentTimeMillis
        const resumed = yield* Effect.mapError(
          chats.resume(key, { answer: payload?.answer ?? false, now }),
          storeTrouble
        )
        if (resumed === undefined) {
          return yield* Conflict.because({
            code: "not-paused",
            message: `${key.chat} on ${key.account} is not paused: the bot answers there`
          })
        }
        yield* turns.wake(key)
        return { ...told(key), ...resumed }
      }),
      say: Effect.fnUntraced(function* ({ headers, params, payload }) {
        const key = yield* keyOf(params.chat, payload.account)
        const { media, text = "", wait = 0 } = payload
        return yield* send(
          { ...key, text, media, format: "plain", key: headers["idempotency-key"], answers: true },
          wait
        )
      })
    })
  })
)
