import { statSync } from "node:fs"
import { resolve } from "node:path"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { CommandFailed, type StoreMissing } from "../cli/errors.ts"
import type { AccountSettings } from "../domain/Account.ts"
import type { OutboundPayload } from "../domain/Reply.ts"
import type { Settings } from "../gateway/config/Settings.ts"
import { migrations } from "../gateway/layers.ts"
import { Leases } from "../gateway/Leases.ts"
import { Journal, type JournalError } from "../journal/Journal.ts"
import { publicBase } from "../media/publicBase.ts"
import { written } from "../media/source.ts"
import { layerSqlite } from "../node/store.ts"
import { layerExistingStore, type StorePlace } from "./existingStore.ts"

/** The account that is to send, or why it cannot. `purpose` is what else it is wanted for. */
export const accountOf = (
  settings: Settings,
  asked: string | undefined,
  purpose = "send"
): AccountSettings | CommandFailed => {
  const id = asked ?? settings.defaultAccount
  const account = settings.accounts.find((one) => one.id === id)
  if (account !== undefined) return account
  const idle = [...settings.disabled, ...settings.unavailable].find((one) => one.id === id)
  return new CommandFailed(
    idle === undefined
      ? { code: "unknown-account", message: `there is no account "${id}" in the configuration` }
      : { code: "account-unavailable", message: `the account "${id}" cannot ${purpose}: ${idle.reason}` }
  )
}

/** What a person would read of it. */
export const textOf = (payload: OutboundPayload): ReadonlyArray<string> => {
  switch (payload._tag) {
    case "Text":
      return [payload.text]
    case "Photo":
      return [payload.caption === undefined ? payload.url : `${payload.url}\n${payload.caption}`]
    default:
      return []
  }
}

/** Without a store there is nothing to append to, and a command makes none: what it sends is kept in memory meanwhile. */
export const layerJournal = (place: StorePlace): Layer.Layer<Journal, JournalError> =>
  Layer.catchTag(layerExistingStore(place), "StoreMissing", () =>
    layerSqlite({ filename: ":memory:", migrations, migrate: true })
  )

/** For whoever has nothing to do without a store. */
export const layerStoreOr = (
  place: StorePlace,
  failed: (missing: StoreMissing) => CommandFailed
): Layer.Layer<Journal, JournalError | CommandFailed> =>
  Layer.catchTag(layerExistingStore(place), "StoreMissing", (missing) => Layer.effect(Journal, failed(missing)))

const badMedia = (message: string) => new CommandFailed({ code: "bad-media", message })

const instead = "or give --media an http(s) address"

/** Whether Zalo could fetch a local file: from an address of this gateway's that it reaches. */
const checkAddress = (account: AccountSettings): Effect.Effect<void, CommandFailed> =>
  publicBase(account) === undefined
    ? Effect.fail(
        badMedia(
          `Zalo fetches pictures, and no public address of this gateway is known: set webhookUrl or media.publicUrl, ${instead}`
        )
      )
    : Effect.void

/** The same now: a gateway runs that hands it out. */
export const checkHosting = Effect.fnUntraced(function* (account: AccountSettings) {
  yield* checkAddress(account)
  if (Option.isNone(yield* Leases.use((leases) => leases.holder(account.botId)))) {
    return yield* badMedia(
      `a running gateway hands the file out, and none runs for account "${account.id}": start zalo-effect serve, ${instead}`
    )
  }
})

/** Whether it is a file of this machine. */
export const isLocal = (media: string | undefined): boolean => media !== undefined && written(media)._tag !== "Url"

/** A picture as it is kept until it is sent: a file by its whole path, because it is read from another folder then. */
export const keptMedia = Effect.fnUntraced(function* (account: AccountSettings, media: string | undefined) {
  if (media === undefined) return undefined
  const from = written(media)
  if (from._tag === "Url") return media
  if (from._tag === "Other") return yield* badMedia(`an address that begins with ${from.scheme}: cannot be sent`)
  yield* checkAddress(account)
  if (from._tag === "Data") return media
  const path = from._tag === "File" ? resolve(from.path) : fileURLToPath(from.url)
  const file = yield* Effect.try({
    try: () => statSync(path),
    catch: () => badMedia(`there is no file at ${path}, or it may not be read`)
  })
  if (!file.isFile()) return yield* badMedia(`${path} is no file`)
  if (file.size > account.mediaMaxBytes) return yield* badMedia(`${path} is larger than mediaMaxMb allows`)
  return path
})
