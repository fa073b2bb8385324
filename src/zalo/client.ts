import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { AccountId } from "../domain/ids.ts"
import { type Answer, failure, isRequestTimeout } from "./answer.ts"
import * as Call from "./call.ts"
import type { CallOptions } from "./call.ts"
import { documentedCodes, NoteDrift } from "./drift.ts"
import { pollTimeout, timeouts } from "./timeouts.ts"
import type { Method } from "./timeouts.ts"
import type { ZaloApi } from "./ZaloApi.ts"
import { Undecodable, ZaloError } from "./ZaloError.ts"
import { Bot, Verification, WebhookInfo, WebhookSet } from "./wire.ts"
import type { Sent } from "./wire.ts"

/** Where and as whom. `baseUrl` is the Bot API's address without `/bot…`: `https://bot-api.zaloplatforms.com`. */
export interface ZaloApiOptions {
  readonly token: Redacted.Redacted
  readonly baseUrl: string
  /** Whose unknown error codes are noted. Without it none are. */
  readonly account?: AccountId | undefined
}

/** An update, or nothing new: absent, `null`, `{}` and `[]` bring none (`zalo-bot-api.md` §5.2). */
const updateIn = (result: unknown): Option.Option<unknown> =>
  result === undefined || result === null || (typeof result === "object" && Object.keys(result).length === 0)
    ? Option.none()
    : Option.some(result)

/** By hand, since whatever `ok:true` holds was sent: an answer that cannot be read must not send it again. */
const sentOf = (result: unknown): Sent => {
  const id = typeof result === "object" && result !== null && "message_id" in result ? result.message_id : undefined
  if (typeof id === "string" && id !== "") return { messageId: id }
  return typeof id === "number" ? { messageId: String(id) } : {}
}

const isBlank = (result: unknown): boolean =>
  result === undefined ||
  result === null ||
  (typeof result === "object" && (!("url" in result) || result.url === "" || result.url === null))

const isTimeout = (error: ZaloError): boolean => error.reason._tag === "Unclear" && error.reason.why === "timeout"

/** Makes the eleven methods of one bot. */
export const make: (options: ZaloApiOptions) => Effect.Effect<ZaloApi["Service"], never, HttpClient.HttpClient> =
  Effect.fnUntraced(function* (options) {
    const call = yield* Call.make(options)

    const spanned = <A>(method: Method, effect: Effect.Effect<A, ZaloError>): Effect.Effect<A, ZaloError> =>
      Effect.withSpan(effect, `zalo.${method}`, { kind: "client", captureStackTrace: false })

    const refuse = (
      method: Method,
      answer: Exclude<Answer, { readonly _tag: "Taken" }>
    ): Effect.Effect<never, ZaloError> => {
      const { account } = options
      const failed = Effect.fail(failure(method, answer))
      if (account === undefined || answer._tag !== "Refused" || documentedCodes.has(answer.code)) return failed
      const { body: seen, code } = answer
      return Effect.flatMap(NoteDrift, (note) =>
        Effect.andThen(note({ account, kind: "code", name: `${method}.${code}`, seen }), failed)
      )
    }

    const ask = (method: Method, body: object, options: CallOptions): Effect.Effect<unknown, ZaloError> =>
      Effect.flatMap(call(method, body, options), (answer) =>
        answer._tag === "Taken" ? Effect.succeed(answer.result) : refuse(method, answer)
      )

    const decode = <S extends Schema.ConstraintDecoder<unknown>>(method: Method, schema: S) => {
      const run = Schema.decodeUnknownEffect(schema)
      return (result: unknown): Effect.Effect<S["Type"], ZaloError> =>
        Effect.mapError(run(result), ({ message }) => {
          const reason = new Undecodable({ status: 200, detail: message })
          return new ZaloError({ method, explicit: false, reason })
        })
    }

    const send = (method: "sendMessage" | "sendPhoto" | "sendSticker" | "sendVoice", body: object) =>
      spanned(method, Effect.map(ask(method, body, { timeout: timeouts[method] }), sentOf))

    const getUpdates = (timeout: Duration.Duration): Effect.Effect<Option.Option<unknown>, ZaloError> => {
      const seconds = Math.max(0, Math.ceil(Duration.toSeconds(timeout)))
      return spanned(
        "getUpdates",
        call("getUpdates", { timeout: seconds }, { timeout: pollTimeout(timeout) }).pipe(
          Effect.flatMap((answer) => {
            if (answer._tag === "Taken") return Effect.succeed(updateIn(answer.result))
            if (isRequestTimeout(answer)) return Effect.succeedNone
            return refuse("getUpdates", answer)
          }),
          Effect.catchIf(isTimeout, () => Effect.succeedNone)
        )
      )
    }

    const getMe = decode("getMe", Bot)
    const webhookSet = Schema.decodeUnknownOption(WebhookSet)
    const testWebhook = decode("testWebhook", Verification)
    const webhookInfo = decode("getWebhookInfo", WebhookInfo)

    return {
      getMe: spanned("getMe", Effect.flatMap(ask("getMe", {}, { timeout: timeouts.getMe }), getMe)),
      getUpdates,
      setWebhook: ({ url, secret }) => {
        const value = Redacted.value(secret)
        return spanned(
          "setWebhook",
          // `ok:true` means that it is set, whether or not the rest can be read.
          Effect.map(
            ask("setWebhook", { url, secret_token: value }, { timeout: timeouts.setWebhook, secret: value }),
            (result) => Option.getOrElse(webhookSet(result), (): WebhookSet => ({}))
          )
        )
      },
      testWebhook: spanned(
        "testWebhook",
        Effect.flatMap(ask("testWebhook", {}, { timeout: timeouts.testWebhook }), testWebhook)
      ),
      deleteWebhook: spanned(
        "deleteWebhook",
        ask("deleteWebhook", {}, { timeout: timeouts.deleteWebhook }).pipe(
          // 400 and 404 mean that none was set: §5.5.
          Effect.catchIf(
            ({ explicit, reason }) =>
              explicit && (reason._tag === "NotFound" || (reason._tag === "InvalidRequest" && reason.code === 400)),
            () => Effect.void
          ),
          Effect.asVoid
        )
      ),
      getWebhookInfo: spanned(
        "getWebhookInfo",
        ask("getWebhookInfo", {}, { timeout: timeouts.getWebhookInfo }).pipe(
          Effect.flatMap((result) => (isBlank(result) ? Effect.succeedNone : Effect.asSome(webhookInfo(result)))),
          Effect.catchIf(
            ({ explicit, reason }) => explicit && reason._tag === "NotFound",
            () => Effect.succeedNone
          )
        )
      ),
      sendMessage: ({ chat, parseMode, styles, text }) =>
        send("sendMessage", {
          chat_id: chat,
          text,
          ...(styles === undefined ? {} : { text_styles: styles }),
          ...(parseMode === undefined ? {} : { parse_mode: parseMode })
        }),
      sendPhoto: ({ chat, photo, caption }) =>
        send("sendPhoto", caption === undefined ? { chat_id: chat, photo } : { chat_id: chat, photo, caption }),
      sendSticker: ({ chat, sticker }) => send("sendSticker", { chat_id: chat, sticker }),
      sendVoice: ({ chat, voiceUrl }) => send("sendVoice", { chat_id: chat, voice_url: voiceUrl }),
      sendChatAction: ({ chat, action }) =>
        spanned(
          "sendChatAction",
          Effect.asVoid(ask("sendChatAction", { chat_id: chat, action }, { timeout: timeouts.sendChatAction }))
        )
    }
  })
