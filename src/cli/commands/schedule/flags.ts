import { Missed } from "../../../domain/Proactive.ts"
import type { Args } from "../../Param.ts"
import * as Param from "../../Param.ts"

export const cron = Param.text(
  "cron",
  "EXPRESSION",
  'When, again and again: minute hour day month weekday, "0 8 * * 1-5"'
)
export const at = Param.text("at", "TIME", "When, once: 2026-12-01T08:00 on the zone's clock")

const zoneText = Param.text("zone", "ZONE", "The time zone of both (Asia/Ho_Chi_Minh)")
export const zone: Param.Flag<string> = { ...zoneText, read: (args) => zoneText.read(args) ?? "Asia/Ho_Chi_Minh" }

const missedText = Param.text(
  "missed",
  "POLICY",
  `What becomes of runs that nobody made: ${Missed.literals.join(", ")}`,
  {
    problem: (value) =>
      Missed.literals.some((one) => one === value) ? undefined : `one of ${Missed.literals.join(", ")}`
  }
)
export const missed: Param.Flag<Missed | undefined> = {
  ...missedText,
  read: (args: Args) => Missed.literals.find((one) => one === missedText.read(args))
}
export const ref = Param.operand("ID", "The schedule: s3, or its name")
