import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import { Path } from "effect/Path"
import type { AccountSettings } from "../domain/Account.ts"
import { makeFolder } from "./folder.ts"
import { MediaPlace } from "./MediaPlace.ts"

/** Where the files lie that were sent to an account. */
export const receivedIn = (path: Path, place: MediaPlace["Service"], account: Pick<AccountSettings, "id">): string =>
  path.resolve(place.folder, "in", account.id)

/** Removes what was sent to an account and not looked at again for longer than `media.ttl`. */
export const sweepReceived = Effect.fnUntraced(function* (account: Pick<AccountSettings, "id" | "media">) {
  const path = yield* Path
  const folder = makeFolder(yield* FileSystem, path, receivedIn(path, yield* MediaPlace, account))
  yield* folder.sweep(Duration.toMillis(account.media.ttl))
})
