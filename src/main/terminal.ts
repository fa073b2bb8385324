import { writeSync } from "node:fs"
import * as Effect from "effect/Effect"
import type { Terminal } from "../cli/Terminal.ts"
import { isTerminal, mayBeColored } from "./streams.ts"

/** The streams of this process. */
export const terminal = (): Terminal["Service"] => {
  return {
    colors: { out: mayBeColored(1), err: mayBeColored(2) },
    out: (text) => Effect.suspend(() => write(1, Buffer.from(text))),
    err: (text) => Effect.suspend(() => write(2, Buffer.from(text))),
    stdin: Effect.promise(async () => {
      const chunks: Array<Buffer> = []
      for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk))
      return Buffer.concat(chunks).toString("utf8")
    }),
    interactive: isTerminal(0) && isTerminal(2),
    ask: (question, options) =>
      Effect.flatMap(
        Effect.promise(() => import("./questions.ts")),
        ({ ask }) => ask(question, options?.hidden ?? false)
      )
  }
}

let gone = false

/** Whether the reader of stdout has gone away: who only prints has nothing left to do. */
export const nobodyReads = (): boolean => gone

/**
 * Straight to the descriptor: `process.stdout` takes 4 ms to load, and what is written here is out when the process ends.
 * A pipe whose reader went away (`| head`) is that reader's right and ends nothing here.
 */
const write = (descriptor: 1 | 2, bytes: Buffer): Effect.Effect<void> =>
  Effect.suspend(() => {
    try {
      const written = writeSync(descriptor, bytes)
      return written < bytes.length ? write(descriptor, bytes.subarray(written)) : Effect.void
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined
      // A full pipe that does not block: its reader is slow.
      if (code === "EAGAIN") return Effect.andThen(Effect.sleep("2 millis"), write(descriptor, bytes))
      if (code === "EPIPE") gone ||= descriptor === 1
      else process.exitCode = 1
      return Effect.void
    }
  })
