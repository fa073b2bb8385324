import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { group, type Kind, key } from "./Key.ts"
import { bool, choice, filled, fromSchema, integer, list } from "./kinds.ts"
import * as Schema from "effect/Schema"

export const perMinute = key("perMinute", integer(1, 6_000), {
  description: "Messages a minute, at most, of broadcasts, lists and schedules. Replies are never held up by it.",
  fallback: "30"
})

const clock = fromSchema(
  Schema.String.check(Schema.isPattern(/^(?:[01]\d|2[0-3]):[0-5]\d$/)),
  "a time of day",
  'Write hours and minutes, such as "21:00"'
)

const zone: Kind<string> = {
  ...filled,
  decode: (value) =>
    Result.flatMap(filled.decode(value), (name) =>
      Option.isSome(DateTime.zoneMakeNamed(name))
        ? Result.succeed(name)
        : Result.fail([
            {
              at: [],
              message: "must be a time zone's name",
              remedy: 'For example "Asia/Ho_Chi_Minh" or "Europe/Berlin"'
            }
          ])
    )
}

export const quietFrom = key("from", clock, { description: "When it begins." })
export const quietTo = key("to", clock, { description: "When it ends; it may be on the next day." })
export const quietZone = key("zone", zone, {
  description: "The time zone of both.",
  fallback: "Asia/Ho_Chi_Minh"
})
export const quietHours = group(
  "quietHours",
  "A part of each day in which broadcasts wait.",
  [quietFrom, quietTo, quietZone],
  { required: ["from", "to"] }
)

export const reserve = key("reserve", integer(0, 1_000_000_000), {
  description: "Messages of the month's quota that are kept for replies: broadcasts pause before they use them.",
  fallback: "200, or a tenth of the quota where that is less"
})

export const missed = key("missed", choice(["skip", "run-once", "run-all"]), {
  description: "What becomes of a schedule's runs that were due while no gateway ran.",
  fallback: "skip"
})

const words = list(/\S/, "words", 'For example ["STOP", "/stop"]')

export const optOutWords = key("words", words, {
  description:
    "A message of nothing but one of these stops what is sent unasked; replies go on. An empty list switches it off.",
  fallback: '["STOP", "/stop", "hủy nhận tin"]'
})
export const optOutBack = key("back", words, {
  description: "What brings it back, from those who stopped it.",
  fallback: '["START", "/start", "nhận tin"]'
})
export const optOutFooter = key("footer", bool, {
  description: "Whether a broadcast ends with a line that says how to stop it.",
  fallback: "false"
})
export const optOut = group("optOut", "How people stop what they did not ask for.", [
  optOutWords,
  optOutBack,
  optOutFooter
])

export const proactive = group("proactive", "Speaking first: broadcasts, lists and schedules.", [
  perMinute,
  quietHours,
  reserve,
  missed,
  optOut
])
