import type { Command, Group } from "./Command.ts"
import { helpJson, helpText } from "./help.ts"
import type { Parsed } from "./parse.ts"

/** What a call prints that runs nothing, and its exit code. */
export interface Answer {
  readonly out: string
  readonly err: string
  readonly exit: 0 | 2
}

/** Which streams may be coloured. */
interface Colors {
  readonly out: boolean
  readonly err: boolean
}

export const bold =
  (colors: boolean) =>
  (text: string): string =>
    colors ? `\u001b[1m${text}\u001b[22m` : text

const red =
  (colors: boolean) =>
  (text: string): string =>
    colors ? `\u001b[31m${text}\u001b[39m` : text

/** The human line of a failure. */
export const failureLine = (message: string, colors: boolean): string => `${red(colors)("zalo-effect:")} ${message}\n`

export const failed = (code: string, message: string) => ({ ok: false, error: { code, message } })

const line = (value: unknown): string => `${JSON.stringify(value)}\n`

const refusal = (message: string, json: boolean, colors: Colors): Answer => ({
  out: json ? line(failed("usage", message)) : "",
  err: failureLine(message, colors.err),
  exit: 2
})

/** Help, the version and wrong command lines: known without running, and without loading, anything. */
export const answerOf = (parsed: Parsed, version: string, colors: Colors): Answer | undefined => {
  const { error, help, json, node, path } = parsed
  if (error !== undefined) return refusal(error.message, json, colors)
  if (help) {
    const text = json ? line(helpJson(node, path)) : helpText(node, path, bold(colors.out))
    return { out: text, err: "", exit: 0 }
  }
  if (parsed.version) return { out: json ? line({ version }) : `${version}\n`, err: "", exit: 0 }
  return node._tag === "Group" ? aimless(node, path, json, colors) : undefined
}

/** A group alone does nothing. */
const aimless = (node: Command | Group, path: ReadonlyArray<string>, json: boolean, colors: Colors): Answer =>
  json
    ? refusal(`${["zalo-effect", ...path].join(" ")} needs a command`, json, colors)
    : { out: "", err: helpText(node, path, bold(colors.err)), exit: 2 }
