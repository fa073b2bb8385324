import type { start } from "./processes.ts"
import type { LoadCommands } from "./load.ts"
import type { WorldCommands } from "./world/main.ts"

/** What every measurement is given. */
export interface Bench {
  readonly quick: boolean
  /** How often each side has its turn. */
  readonly rounds: number
  readonly world: Awaited<ReturnType<typeof start<WorldCommands>>>
  readonly load: Awaited<ReturnType<typeof start<LoadCommands>>>
  /** Says what is going on, on stderr. */
  say(text: string): void
}
