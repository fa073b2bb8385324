import * as Param from "../../Param.ts"
import { sinceOf } from "./since.ts"

const levels = ["trace", "debug", "info", "warn", "error", "fatal"]

export const follow = Param.toggle("follow", "Go on with what is written from now on, until interrupted", {
  short: "f"
})

/** All of them are held in memory. */
export const limit = Param.limit("Newest lines, at most", { short: "n", most: 100_000 })

const filled = { problem: (value: string) => (value.trim() === "" ? "an id is needed" : undefined) }

export const chat = Param.text("chat", "ID", "Only what is about this chat", filled)
export const message = Param.text("message", "ID", "Only what is about this message (its id, or out:ID)", filled)

const lower = (value: string) => value.toLowerCase().replace(/^warning$/, "warn")

const levelText = Param.text("level", "LEVEL", `Only lines of this level and above: ${levels.join(", ")}`, {
  problem: (value) => (levels.includes(lower(value)) ? undefined : `a level is one of ${levels.join(", ")}`)
})

export const level: Param.Flag<string | undefined> = {
  ...levelText,
  read: (args) => {
    const value = levelText.read(args)
    return value === undefined ? undefined : lower(value)
  }
}

export const since = Param.text(
  "since",
  "TIME",
  "Only what is younger: 10m, 1h, 2d, or 2026-11-22T08:00 (UTC, or with an offset)",
  {
    problem: (value) =>
      sinceOf(value, 0) === undefined
        ? "a time is like 10m, 1h, 2d, 2026-11-22, 2026-11-22T08:00 (UTC) or 2026-11-22T08:00+07:00"
        : undefined
  }
)
