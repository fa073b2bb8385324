import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type { ZaloApi } from "../zalo/ZaloApi.ts"
import { originOf } from "./words.ts"

/** Nothing was set: 400 or 404 (`zalo-bot-api.md` §5.5). */
const alreadyGone = new Set(["InvalidRequest", "NotFound"])

/**
 * Takes away a webhook that was left from before, which would make every poll fail; whose it was is said in the log, by its
 * origin only. Answers whether none is left, as far as Zalo told: a failure here is no reason not to poll.
 */
export const clearWebhook = Effect.fnUntraced(function* (api: ZaloApi["Service"]) {
  const info = yield* Effect.result(api.getWebhookInfo)
  if (Result.isFailure(info)) {
    yield* Effect.logWarning(`whether a webhook is set could not be asked: ${info.failure.message}`)
    return false
  }
  const url = Option.match(info.success, { onNone: () => "", onSome: (set) => set.url.trim() })
  if (url === "") return true
  yield* Effect.logWarning(`a webhook was set at ${originOf(url)}: it is deleted, because this account polls`)
  const deleted = yield* Effect.result(api.deleteWebhook)
  if (Result.isSuccess(deleted) || alreadyGone.has(deleted.failure.reason._tag)) return true
  yield* Effect.logWarning(`the webhook could not be deleted: ${deleted.failure.message}`)
  return false
})
