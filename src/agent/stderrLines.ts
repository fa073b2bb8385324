import * as Stream from "effect/Stream"

/** The longest line of a command's standard error that is logged whole, in UTF-16 units. */
const maxLine = 2000

/** Control characters could forge log lines or colour a terminal. */
const clean = (line: string): string => line.replace(/\p{Cc}/gu, (char) => (char === "\t" ? char : ""))

const lineOrPart = new RegExp(`[^\\n]{0,${maxLine - 1}}(?:\\n|[^\\n])`, "g")

/**
 * The lines that a command writes to its standard error, blank ones left out. A line without an end is cut at 2,000 units, so
 * that no command can fill the memory.
 */
export const stderrLines = <E, R>(bytes: Stream.Stream<Uint8Array, E, R>): Stream.Stream<string, E, R> =>
  bytes.pipe(
    Stream.decodeText(),
    Stream.mapAccum(
      () => "",
      (held: string, text) => {
        const pieces = (held + text).match(lineOrPart) ?? []
        const last = pieces.at(-1) ?? ""
        const open = last.endsWith("\n") || last.length >= maxLine ? "" : last
        return [open, open === "" ? pieces : pieces.slice(0, -1)] as const
      },
      { onHalt: (held) => [held] }
    ),
    Stream.map(clean),
    Stream.filter((line) => line.trim() !== "")
  )
