import { hostname, userInfo } from "node:os"
import * as Effect from "effect/Effect"

/** Containers run as users without a name. */
const user = (): string => {
  try {
    return userInfo().username
  } catch {
    return `uid-${process.getuid?.() ?? "unknown"}`
  }
}

/** The person at this machine, as the audit calls them. */
export const operator: Effect.Effect<string> = Effect.sync(() => `cli:${user()}@${hostname()}`)
