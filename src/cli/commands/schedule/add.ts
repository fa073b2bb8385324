import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Outcome } from "../../Command.ts"
import { UsageError } from "../../errors.ts"
import { account, config } from "../../flags.ts"
import { Operations } from "../../Operations.ts"
import type { Args } from "../../Param.ts"
import { Platform } from "../../Platform.ts"
import { printable } from "../../table.ts"
import * as broadcast from "../broadcast/flags.ts"
import { contentOf, repeatedNote, targetsOf } from "../broadcast/sending.ts"
import * as message from "../message/flags.ts"
import { chatOf } from "../message/target.ts"
import { readLength, since } from "../since.ts"
import * as flags from "./flags.ts"
import { scheduleText } from "./words.ts"

/** Who it goes to: one chat, a list, or everybody. */
const audienceOf = Effect.fnUntraced(function* (args: Args) {
  const one = message.target.read(args)
  const list = message.targets.read(args)
  const to = broadcast.to.read(args)
  if (one !== undefined) return { chats: [chatOf(one)], single: true, note: undefined }
  if (to === "all") return { chats: undefined, single: false, note: undefined }
  const targets =
    list === undefined ? yield* targetsOf(to ?? "", "--to", args) : yield* targetsOf(list, "--targets", args)
  return { chats: targets.chats, single: false, note: repeatedNote(targets) }
})

const withinOf = Effect.fnUntraced(function* (args: Args) {
  const text = since.read(args)
  if (text === undefined) return undefined
  const within = readLength(text)
  return within === undefined
    ? yield* new UsageError({ problem: "--since: of each run, so write how long before it, such as 30d" })
    : Duration.toMillis(within)
})

/** `schedule add`: the gateway sends it when it is due. */
export const run = Effect.fn("cli.schedule.add")(function* (args: Args) {
  const content = yield* contentOf(args)
  const { note, ...audience } = yield* audienceOf(args)
  const within = yield* withinOf(args)
  const { operations } = yield* Platform
  const {
    account: of,
    chunks,
    next,
    schedule
  } = yield* Operations.use((does) =>
    does.addSchedule({
      ...content,
      ...audience,
      config: { file: config.read(args) },
      account: account.read(args),
      name: broadcast.name.read(args),
      cron: flags.cron.read(args),
      at: flags.at.read(args),
      zone: flags.zone.read(args),
      within,
      missed: flags.missed.read(args),
      dryRun: message.dryRun.read(args)
    })
  ).pipe(Effect.provide(operations))
  const times = next.map((time) => `  ${time}`).join("\n")
  const outcome: Outcome = {
    json:
      schedule === undefined
        ? { ok: true, dryRun: true, account: of, next, chunks }
        : { ok: true, ...schedule, next, chunks },
    human:
      schedule === undefined
        ? [
            `Would be due on ${of} at:`,
            times,
            ...chunks.map((chunk) => `> ${chunk.split("\n").map(printable).join("\n> ")}`)
          ].join("\n")
        : `${scheduleText(schedule)}\nDue at:\n${times}`,
    ...(note === undefined ? {} : { note })
  }
  return outcome
})
