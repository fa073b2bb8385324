import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { remembered } from "../DriftSamples.ts"
import type { Journal, JournalError } from "../Journal.ts"
import { monthOf } from "../SendCounts.ts"

/** A year's counts are for whoever pays for messages. */
const countsKept = Duration.toMillis(Duration.days(400))

/** Forgets what is small and old: unknown things that Zalo sent long ago, and the sends of months past. */
export const forgetOld = ({ sql, write }: Journal["Service"], now: number): Effect.Effect<void, JournalError> =>
  write(
    Effect.andThen(
      sql`DELETE FROM drift_sample WHERE last_at < ${now - remembered}`,
      Effect.asVoid(sql`DELETE FROM send_count WHERE month < ${monthOf(now - countsKept)}`)
    )
  )
