import * as Effect from "effect/Effect"
import { CommandFailed } from "../cli/errors.ts"
import type { AccountSettings } from "../domain/Account.ts"
import type { OutboundPayload } from "../domain/Reply.ts"
import type { Leases, LeaseUnavailable } from "../gateway/Leases.ts"
import { Media } from "../media/Media.ts"
import { written } from "../media/source.ts"
import { checkHosting } from "./sending.ts"

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
  yield* checkHosting(account)
  const media = yield* Media
  return yield* Effect.forEach(payloads, (payload) => {
    if ((payload._tag !== "Photo" && payload._tag !== "Voice") || !isLocal(payload)) return Effect.succeed(payload)
    return Effect.mapBoth(media.host(account, payload), {
      onFailure: (error) => badMedia(error.message),
      onSuccess: (url): OutboundPayload => ({ ...payload, url })
    })
  })
})
