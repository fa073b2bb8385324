import * as Effect from "effect/Effect"
import type { Writable } from "node:stream"
import type { Terminal } from "../cli/Terminal.ts"

/** The streams of this process. `NO_COLOR` counts when it is not empty (no-color.org). */
export const terminal = (): Terminal["Service"] => {
  const plain = (process.env["NO_COLOR"] ?? "") !== ""
  for (const stream of [process.stdout, process.stderr]) {
    // `zalo-effect … | head` closes the pipe early. That is the reader's right and ends nothing here.
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") process.exitCode = 1
    })
  }
  return {
    colors: { out: !plain && process.stdout.isTTY, err: !plain && process.stderr.isTTY },
    out: (text) => write(process.stdout, text),
    err: (text) => write(process.stderr, text),
    stdin: Effect.promise(async () => {
      const chunks: Array<Buffer> = []
      for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk))
      return Buffer.concat(chunks).toString("utf8")
    })
  }
}

/** Ends when the text is out, so that the process may end right after; a stream that broke counts as done. */
const write = (stream: Writable, text: string): Effect.Effect<void> =>
  Effect.callback((resume) => {
    stream.write(text, () => resume(Effect.void))
  })
