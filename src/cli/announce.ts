import * as Effect from "effect/Effect"
import * as flags from "./flags.ts"
import type { ServerEvent } from "./Operations.ts"
import { printHuman, printJson } from "./output.ts"
import type { Args } from "./Param.ts"
import { printable } from "./table.ts"
import { Terminal } from "./Terminal.ts"

/**
 * Prints what a server tells. With `--json`, stdout gets one value when the server listens, and people read the rest on
 * stderr.
 */
export const announcer = (args: Args): Effect.Effect<(event: ServerEvent) => Effect.Effect<void>, never, Terminal> =>
  Effect.gen(function* () {
    const terminal = yield* Terminal
    const json = flags.json.read(args)
    const provided = Effect.provideService(Terminal, terminal)
    return (event) => {
      if (!json) return provided(printHuman(line(event)))
      if (event._tag === "Listening") return provided(printJson({ ok: true, url: event.url }))
      return terminal.err(`${line(event)}\n`)
    }
  })

/** An event in a sentence. */
export const line = (event: ServerEvent): string => {
  switch (event._tag) {
    case "Listening":
      return event.note === undefined ? `Listening on ${event.url}` : `Listening on ${event.url}\n${event.note}`
    case "AccountReady":
      return printable(`${event.account}: ready as ${event.bot} (${event.transport})`)
    case "AccountStopped":
      return printable(`${event.account}: stopped: ${event.reason}`)
  }
}
