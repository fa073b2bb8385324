import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { ZaloApi } from "../../src/zalo/ZaloApi.ts"
import type { Sent } from "../../src/zalo/wire.ts"
import { ZaloError, type ZaloReason } from "../../src/zalo/ZaloError.ts"

/** One call as a bot's Zalo saw it. */
export interface StubCall {
  readonly method: "sendMessage" | "sendPhoto" | "sendSticker" | "sendVoice" | "sendChatAction"
  readonly chat: string
  /** The text, the address, or the sticker. */
  readonly what: string
  readonly caption?: string | undefined
}

export const refusal = (reason: ZaloReason, explicit = true): ZaloError =>
  new ZaloError({ method: "test", explicit, reason })

/** A Zalo that answers as it is told. */
export class StubZalo {
  readonly calls: Array<StubCall> = []
  /** What sends come to; by default they are taken. */
  answer: (call: StubCall, n: number) => Effect.Effect<Sent, ZaloError> = (_, n) =>
    Effect.succeed({ messageId: `z${n}` })
  typing: Effect.Effect<void, ZaloError> = Effect.void

  /** Messages that went out or were tried, typing left aside. */
  get sends(): ReadonlyArray<StubCall> {
    return this.calls.filter((call) => call.method !== "sendChatAction")
  }

  get texts(): ReadonlyArray<string> {
    return this.sends.map((call) => call.what)
  }

  private send(call: StubCall): Effect.Effect<Sent, ZaloError> {
    return Effect.suspend(() => this.answer(call, this.calls.push(call)))
  }

  readonly api: ZaloApi["Service"] = {
    getMe: Effect.die("not asked here"),
    getUpdates: () => Effect.succeed(Option.none()),
    setWebhook: () => Effect.die("not asked here"),
    testWebhook: Effect.die("not asked here"),
    deleteWebhook: Effect.die("not asked here"),
    getWebhookInfo: Effect.die("not asked here"),
    sendMessage: ({ chat, text }) => this.send({ method: "sendMessage", chat, what: text }),
    sendPhoto: ({ caption, chat, photo }) => this.send({ method: "sendPhoto", chat, what: photo, caption }),
    sendSticker: ({ chat, sticker }) => this.send({ method: "sendSticker", chat, what: sticker }),
    sendVoice: ({ chat, voiceUrl }) => this.send({ method: "sendVoice", chat, what: voiceUrl }),
    sendChatAction: ({ action, chat }) =>
      Effect.suspend(() => {
        this.calls.push({ method: "sendChatAction", chat, what: action })
        return this.typing
      })
  }
}
