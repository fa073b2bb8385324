import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { CommandFailed } from "../cli/errors.ts"
import type { AccountSettings } from "../domain/Account.ts"
import type { OutboundPayload } from "../domain/Reply.ts"
import { Leases, type LeaseUnavailable } from "../gateway/Leases.ts"
import { Media } from "../media/Media.ts"
import { publicBase } from "../media/publicBase.ts"
import { written } from "../media/source.ts"

const isLocal = (payload: OutboundPayload): boolean =>
  (payload._tag === "Photo" || payload._tag === "Voice") && written(payload.url)._tag !== "Url"

const badMedia = (message: string) => new CommandFailed({ code: "bad-media", message })

/**
 * Puts local files where a running gateway hands them out, in the store and the data directory that it shares with this
 * command. Nothing is sent when that cannot work.
 */
export const withHostedFiles = Effect.fnUntraced(function* (
  account: AccountSettings,
  payloads: ReadonlyArray<OutboundPayload>
): Effect.fn.Return<ReadonlyArray<OutboundPayload>, CommandFailed | LeaseUnavailable, Media | Leases> {
  if (!payloads.some(isLocal)) return payloads
  const instead = "or give --media an http(s) address"
  if (publicBase(account) === undefined) {
    return yield* badMedia(
      `Zalo fetches pictures, and no public address of this gateway is known: set webhookUrl or media.publicUrl, ${instead}`
    )
  }
  if (Option.isNone(yield* Leases.use((leases) => leases.holder(account.botId)))) {
    return yield* badMedia(
      `a running gateway hands the file out, and none runs for account "${account.id}": start zalo-effect serve, ${instead}`
    )
  }
  const media = yield* Media
  return yield* Effect.forEach(payloads, (payload) => {
    if ((payload._tag !== "Photo" && payload._tag !== "Voice") || !isLocal(payload)) return Effect.succeed(payload)
    return Effect.mapBoth(media.host(account, payload), {
      onFailure: (error) => badMedia(error.message),
      onSuccess: (url): OutboundPayload => ({ ...payload, url })
    })
  })
})
