import * as Predicate from "effect/Predicate"

const frame = /^ {4}at (?:[^\n]* \()?([^\n()]+:\d+:\d+)\)?$/m

/** Where an error was made, from its stack without its message. */
const place = (error: Error): string => {
  const stack = error.stack ?? ""
  const after = stack.startsWith(`${error.name}: ${error.message}`) ? error.name.length + 2 + error.message.length : 0
  const found = frame.exec(stack.slice(after))?.[1]
  return found === undefined ? "" : ` at ${found}`
}

/**
 * Names an unknown error by its tag or class and by its place in the source, for errors and logs. Its message is left out: it
 * belongs to foreign code and may quote a secret or a person's words.
 */
export const kindOf = (error: unknown): string => {
  const where = error instanceof Error ? place(error) : ""
  if (Predicate.hasProperty(error, "_tag") && typeof error._tag === "string") return `${error._tag}${where}`
  return error instanceof Error ? `${error.name}${where}` : `a value of type ${typeof error}`
}
