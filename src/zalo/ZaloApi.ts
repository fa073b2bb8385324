import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import type { TextStyle } from "../domain/Reply.ts"
import * as client from "./client.ts"
import type { ZaloApiOptions } from "./client.ts"
import type { ZaloError } from "./ZaloError.ts"
import type { Bot, Sent, Verification, WebhookInfo, WebhookSet } from "./wire.ts"

/** The Bot API of one bot: one method for each of its eleven (`zalo-bot-api.md` §4). */
export class ZaloApi extends Context.Service<
  ZaloApi,
  {
    readonly getMe: Effect.Effect<Bot, ZaloError>
    /** One update as Zalo sent it, or none: the three idle shapes of §5.2 are all "nothing new". */
    getUpdates(timeout: Duration.Duration): Effect.Effect<Option.Option<unknown>, ZaloError>
    setWebhook(options: {
      readonly url: string
      readonly secret: Redacted.Redacted
    }): Effect.Effect<WebhookSet, ZaloError>
    readonly testWebhook: Effect.Effect<Verification, ZaloError>
    readonly deleteWebhook: Effect.Effect<void, ZaloError>
    /** None where Zalo answers 404: no webhook is set. */
    readonly getWebhookInfo: Effect.Effect<Option.Option<WebhookInfo>, ZaloError>
    /** `styles` are ignored by Zalo where `parseMode` is given (§5.7). */
    sendMessage(options: {
      readonly chat: string
      readonly text: string
      readonly styles?: ReadonlyArray<TextStyle> | undefined
      readonly parseMode?: "markdown" | undefined
    }): Effect.Effect<Sent, ZaloError>
    sendPhoto(options: {
      readonly chat: string
      readonly photo: string
      readonly caption?: string | undefined
    }): Effect.Effect<Sent, ZaloError>
    sendSticker(options: { readonly chat: string; readonly sticker: string }): Effect.Effect<Sent, ZaloError>
    sendVoice(options: { readonly chat: string; readonly voiceUrl: string }): Effect.Effect<Sent, ZaloError>
    sendChatAction(options: { readonly chat: string; readonly action: "typing" }): Effect.Effect<void, ZaloError>
  }
>()("zalo-effect/zalo/ZaloApi") {
  /** The methods of one bot over the `HttpClient` at hand: one per account, since each has its token and its proxy. */
  static readonly make: (options: ZaloApiOptions) => Effect.Effect<ZaloApi["Service"], never, HttpClient.HttpClient> =
    client.make

  static readonly layer = (options: ZaloApiOptions): Layer.Layer<ZaloApi, never, HttpClient.HttpClient> =>
    Layer.effect(ZaloApi, client.make(options))
}
