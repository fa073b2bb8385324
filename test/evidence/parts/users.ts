import * as Effect from "effect/Effect"
import { short } from "../../bench/figures.ts"
import { chanceOf } from "../../chaos/chance.ts"
import { crashLoop } from "../../chaos/loop.ts"
import { crabline } from "../../e2e/crabline.ts"
import type { Found, Given, Part, Row } from "../Evidence.ts"
import { throughCrabline } from "../users/crabline.ts"
import { type Cut, cuts } from "../users/long.ts"

const badDay = [
  { kind: "html", status: 429, method: "sendMessage", chance: 0.15 },
  { kind: "error", code: 429, description: "Quota exceeded", method: "sendMessage", chance: 0.15 },
  { kind: "drop", taken: true, method: "sendMessage", chance: 0.05 }
] as const

const cutRow = (id: string, what: string, cut: Cut, plain: Cut): Row => ({
  id,
  what,
  measured: `${cut.chunks} messages, ${cut.over} over 2,000, ${cut.splitGraphemes} split graphemes, ${cut.brokenFences} broken fences; ${short(cut.milliseconds)} ms`,
  beside: `cut at every 2,000th: ${plain.chunks} messages, ${plain.splitGraphemes} split graphemes, ${plain.brokenFences} broken fences`,
  aim: "0, 0, 0",
  met: cut.over + cut.splitGraphemes + cut.brokenFences === 0
})

const run = async (given: Given): Promise<Found> => {
  const { styled, plain, text } = cuts()
  given.say("users: a Bot API that refuses and drops")
  const moments = given.size === "page" ? 20 : 6
  const report = await Effect.runPromise(
    crashLoop({
      transport: "webhook",
      kills: moments,
      gap: 400,
      chance: chanceOf(given.seed),
      faults: badDay,
      strike: { now: Effect.void }
    }).pipe(Effect.scoped)
  )
  given.say("users: an independent emulator")
  const independent =
    crabline === undefined ? undefined : await Effect.runPromise(throughCrabline(given.size === "page" ? 300 : 50))
  return {
    rows: [
      cutRow(
        "users-long-styled",
        "B9: 20,000 characters of Vietnamese Markdown, as words with Zalo's styles",
        styled,
        plain
      ),
      cutRow("users-long-plain", "B9: the same as it is written (`render: plain`)", text, plain),
      {
        id: "users-refusals",
        what: "B7: 30 % of sends refused with 429, 5 % cut after they were taken, webhook",
        measured: `${report.accepted} accepted, ${report.broken.length} lost, out of order or unaccounted for; all sent after ${short(report.elapsedMs / 1_000)} s`,
        beside: `${report.doubled} chunks twice, each recorded as unknown first; ${report.undecided} unknown for good`,
        aim: "0 lost",
        met: report.broken.length === 0
      },
      ...(independent === undefined
        ? []
        : [
            {
              id: "users-crabline",
              what: `${independent.messages} messages through an emulated Zalo that others wrote (@openclaw/crabline), polling`,
              measured: `${independent.heard} answered, ${independent.inOrder ? "in order" : "out of order"}, in ${short(independent.seconds)} s`,
              aim: "all, in order",
              met: independent.heard === independent.messages && independent.inOrder
            }
          ])
    ],
    notes:
      independent === undefined ? ["The independent emulator was left out: @openclaw/crabline cannot be loaded."] : [],
    raw: { styled, text, plain, report, independent }
  }
}

export const users: Part = {
  name: "users",
  title: "Where users hurt",
  about:
    "Long answers, a Bot API that has a bad day, and an emulator that is not ours, so that a mistake in our reading of the platform would show. What one slow chat does to others is under [Beside others](#peers-slow).",
  run
}
