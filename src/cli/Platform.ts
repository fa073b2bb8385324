import * as Context from "effect/Context"
import type * as Layer from "effect/Layer"
import type * as FileSystem from "effect/FileSystem"
import type * as Path from "effect/Path"
import type { ConfigError } from "../gateway/config/problems.ts"
import type { SecretFiles } from "../gateway/config/SecretFiles.ts"
import type { Journal, JournalError } from "../journal/Journal.ts"
import type { CommandFailed, StoreMissing } from "./errors.ts"
import type { Examination } from "./Examination.ts"
import type { LogFiles } from "./LogFiles.ts"
import type { Operations } from "./Operations.ts"

/**
 * What the entry hands in, because only it knows Node: layers, each of which loads its modules when a command first builds
 * it.
 */
export class Platform extends Context.Service<
  Platform,
  {
    /** What reading the configuration takes. */
    readonly files: Layer.Layer<FileSystem.FileSystem | Path.Path | SecretFiles>
    /** The store as it stands: never made, never migrated. */
    readonly store: Layer.Layer<Journal, StoreMissing | JournalError | ConfigError>
    /** The log files as they are. */
    readonly logs: Layer.Layer<LogFiles, CommandFailed>
    readonly examination: Layer.Layer<Examination>
    readonly operations: Layer.Layer<Operations, ConfigError | CommandFailed>
  }
>()("zalo-effect/cli/Platform") {}
