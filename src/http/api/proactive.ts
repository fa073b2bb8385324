import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { written } from "../../media/source.ts"
import { BadRequest } from "./refusals.ts"

/** What broadcasts and schedules share. */

export const Counts = Schema.Struct({
  waiting: Schema.Int,
  queued: Schema.Int,
  sent: Schema.Int,
  unknown: Schema.Int,
  dead: Schema.Int,
  skipped: Schema.Int
})

/** The words and the picture, or that there are none. */
export const wordsOrMedia = ({
  media,
  text = ""
}: {
  readonly text?: string | undefined
  readonly media?: string | undefined
}): Effect.Effect<{ readonly text: string; readonly media: string | undefined }, BadRequest> =>
  text.trim() === "" && media === undefined
    ? Effect.fail(BadRequest.because({ code: "invalid", message: "give text, media, or both", field: "text" }))
    : Effect.succeed({ text, media })

/** What is sent later may not lie on somebody's disk: it would have to lie there still. */
export const onTheWeb = (media: string | undefined): Effect.Effect<string | undefined, BadRequest> =>
  media === undefined || written(media)._tag === "Url"
    ? Effect.succeed(media)
    : Effect.fail(BadRequest.because({ code: "bad-media", message: "give an http(s) address", field: "media" }))
