import * as Effect from "effect/Effect"
import type { AccountSettings } from "../domain/Account.ts"
import { mediaNotice, type Turn, type TurnMessage } from "../domain/Turn.ts"
import type { Outgoing } from "../journal/OutboxRow.ts"
import type { Media } from "../media/Media.ts"
import { together } from "./turnOf.ts"

/** Pictures of one turn that are fetched at once. */
const width = 4

const kinds = { photo: "image", voice: "voice" } as const

/** Says in the text that there was a picture or a voice (`reference-behaviour.md` §1.9). A sticker says nothing by itself. */
const withNotice = (message: TurnMessage): TurnMessage =>
  message.kind === "photo" || message.kind === "voice"
    ? { ...message, text: `${message.text}${message.text === "" ? "" : "\n\n"}${mediaNotice(kinds[message.kind])}` }
    : message

const fetched = Effect.fnUntraced(function* (
  media: Media["Service"],
  settings: AccountSettings,
  message: TurnMessage
): Effect.fn.Return<TurnMessage> {
  const { kind } = message
  if (kind !== "photo" && kind !== "voice" && kind !== "sticker") return message
  const url = message.media?.url
  if (url === undefined) return withNotice(message)
  return yield* media.fetch(settings, { url, kind }).pipe(
    Effect.map((file): TurnMessage => ({ ...message, media: file })),
    Effect.catch((error) => {
      const said = `Failed to download Zalo ${kind === "photo" ? "image" : kind}: ${error.message}`
      const log = error.reason === "not-asked" ? Effect.logDebug(said) : Effect.logError(said)
      return Effect.as(log, withNotice(message))
    })
  )
})

const hasFile = ({ kind }: TurnMessage): boolean => kind === "photo" || kind === "voice" || kind === "sticker"

/** Fetches the files of a turn. One that cannot be had is told of in the text, and the turn goes on. */
export const withMedia = (media: Media["Service"], settings: AccountSettings, turn: Turn): Effect.Effect<Turn> => {
  const { messages } = turn
  if (!(messages ?? [turn.message]).some(hasFile)) return Effect.succeed(turn)
  if (messages === undefined) {
    return Effect.map(fetched(media, settings, turn.message), (message) => ({ ...turn, message }))
  }
  return Effect.map(
    Effect.forEach(messages, (message) => fetched(media, settings, message), { concurrency: width }),
    (all) => ({ ...turn, message: together(all[0] ?? turn.message, all), messages: all })
  )
}

/** Makes local files and data ready to be sent, before their rows are written. */
export const withHosted = (
  media: Media["Service"],
  settings: AccountSettings,
  rows: ReadonlyArray<Outgoing>
): Effect.Effect<ReadonlyArray<Outgoing>> =>
  rows.some(({ payload }) => payload._tag === "Photo" || payload._tag === "Voice")
    ? Effect.forEach(rows, (row) =>
        Effect.map(media.prepare(settings, row.payload), (payload) => ({ ...row, payload }))
      )
    : Effect.succeed(rows)
