import * as Context from "effect/Context"
import type * as Layer from "effect/Layer"
import type { ConfigError } from "../gateway/config/problems.ts"
import type { Journal, JournalError } from "../journal/Journal.ts"
import type { CommandFailed, StoreMissing } from "./errors.ts"
import type { Operations } from "./Operations.ts"

/**
 * What the entry hands in, because only it knows Node: layers, each of which loads its modules when a command first builds
 * it.
 */
export class Platform extends Context.Service<
  Platform,
  {
    /** The store as it stands: never made, never migrated. */
    readonly store: Layer.Layer<Journal, StoreMissing | JournalError>
    readonly operations: Layer.Layer<Operations, ConfigError | CommandFailed>
  }
>()("zalo-effect/cli/Platform") {}
