import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { duration } from "../../gateway/config/recipe/duration.ts"
import type { Args } from "../Param.ts"
import * as Param from "../Param.ts"
import { readInstant } from "./instant.ts"

const length = duration({ zero: true })

/** A duration as it is typed: a number of seconds, `90m`, `7d`. */
export const readLength = (text: string): Duration.Duration | undefined =>
  Result.getOrUndefined(length.decode(/^\d+(?:\.\d+)?$/.test(text) ? Number(text) : text))

/** `--since`, the same in every command that lists what happened. */
export const since = Param.text(
  "since",
  "TIME",
  "Only what is of that time or later: 2h, 7d, or 2026-11-22T08:00 (UTC, or with an offset)",
  {
    problem: (text) =>
      readLength(text) === undefined && readInstant(text) === undefined
        ? "write how long ago, such as 90m, 2h or 7d, or a time such as 2026-11-22, 2026-11-22T08:00 (UTC) or 2026-11-22T08:00+07:00"
        : undefined
  }
)

/** The time that `--since` means, in milliseconds since 1970. */
export const sinceOf = (args: Args): Effect.Effect<number | undefined> =>
  Effect.map(Clock.currentTimeMillis, (now) => {
    const text = since.read(args)
    const ago = text === undefined ? undefined : readLength(text)
    return text === undefined ? undefined : ago === undefined ? readInstant(text) : now - Duration.toMillis(ago)
  })
