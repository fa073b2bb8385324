import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"
import { Inbox } from "../../src/journal/Inbox.ts"
import type { Admission } from "../../src/journal/InboxRow.ts"
import type { JournalError } from "../../src/journal/Journal.ts"
import type { ZaloApi } from "../../src/zalo/ZaloApi.ts"
import { ZaloError, type ZaloReason } from "../../src/zalo/ZaloError.ts"

type Api = ZaloApi["Service"]

const unexpected = Effect.die("not expected to be called")

/** A bot that knows who it is and gets nothing, but for what a test says. */
export const bot = (some: Partial<Api> = {}): Api => ({
  getMe: Effect.succeed({ id: "77", displayName: "Bot Lan" }),
  getUpdates: () => Effect.never,
  setWebhook: () => unexpected,
  testWebhook: unexpected,
  deleteWebhook: unexpected,
  getWebhookInfo: Effect.succeedNone,
  sendMessage: () => unexpected,
  sendPhoto: () => unexpected,
  sendSticker: () => unexpected,
  sendVoice: () => unexpected,
  sendChatAction: () => unexpected,
  ...some
})

export const fails = (reason: ZaloReason, method = "getUpdates") =>
  Effect.fail(new ZaloError({ method, explicit: true, reason }))

type Poll = ReturnType<Api["getUpdates"]>

export const brings = (update: unknown): Poll => Effect.succeedSome(update)
export const idle: Poll = Effect.as(Effect.sleep("30 seconds"), Option.none())
export const idleAtOnce: Poll = Effect.succeedNone

/** Answers in turn, and when each was asked for, ms. The last one stays. */
export const inTurn = <A, E>(answers: ReadonlyArray<Effect.Effect<A, E>>) => {
  const at: Array<number> = []
  const next = Effect.flatMap(Clock.currentTimeMillis, (now) => {
    const answer = answers[at.length] ?? answers.at(-1) ?? Effect.never
    at.push(now)
    return answer
  })
  return { at, next }
}

/** An inbox that keeps rows in memory. `before` runs first and may fail. */
export const inbox = (before: (row: Admission) => Effect.Effect<void, JournalError> = () => Effect.void) => {
  const rows: Array<Admission> = []
  const layer = Layer.mock(Inbox, {
    admit: (row) =>
      Effect.map(before(row), () => {
        if (rows.some((other) => other.messageId === row.messageId)) return false
        rows.push(row)
        return true
      })
  })
  return { rows, layer: Layer.merge(layer, NodeCrypto.layerDigest) }
}

/** Collects what is logged at warning and above, as plain sentences. */
export const heard = () => {
  const lines: Array<string> = []
  const layer = Logger.layer([
    Logger.make(({ logLevel, message }) => {
      if (logLevel !== "Debug" && logLevel !== "Info") lines.push([message].flat().map(String).join(" "))
    })
  ])
  return { lines, layer }
}
