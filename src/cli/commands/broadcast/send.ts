import * as Effect from "effect/Effect"
import { CommandFailed } from "../../errors.ts"
import type { Args } from "../../Param.ts"
import * as message from "../message/flags.ts"
import { sinceOf } from "../since.ts"
import * as flags from "./flags.ts"
import { contentOf, outcomeOf, repeatedNote, sendBroadcast, targetsOf } from "./sending.ts"
import { forecastText } from "./words.ts"

/** `broadcast send`: to everybody who wrote first, or to those of a list. Nothing is sent without `--yes`. */
export const run = Effect.fn("cli.broadcast.send")(function* (args: Args) {
  const content = yield* contentOf(args)
  const to = flags.to.read(args) ?? "all"
  const targets = to === "all" ? undefined : yield* targetsOf(to, "--to", args)
  const options = {
    ...content,
    name: flags.name.read(args),
    kind: "broadcast" as const,
    chats: targets?.chats,
    since: yield* sinceOf(args),
    wait: flags.wait.read(args)
  }
  const dryRun = message.dryRun.read(args)
  const sure = flags.yes.read(args)
  const result = yield* sendBroadcast(args, { ...options, dryRun: dryRun || !sure })
  if (!dryRun && !sure && result._tag === "DryRun") {
    return yield* new CommandFailed({
      code: "not-confirmed",
      message: `nothing was sent. ${forecastText(result.account, result.chunks, result.forecast)}\nAdd --yes to send it.`
    })
  }
  return yield* outcomeOf(result, targets === undefined ? undefined : repeatedNote(targets))
})
