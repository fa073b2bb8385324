import type * as Effect from "effect/Effect"
import type { ConfigChoice } from "./Operations.ts"

export interface MigrateOptions {
  readonly config: ConfigChoice
  /** `sqlite:FILE` or `postgres://…`; undefined: the configured store. */
  readonly to: string | undefined
}

/** Schema numbers, before and after. */
export interface Migrated {
  readonly store: string
  readonly from: number
  readonly to: number
}

export interface StoreCheck {
  readonly store: string
  /** Of its tables; null where there are none. */
  readonly version: number | null
  /** By this program. */
  readonly needed: number
  /** Rows by table. */
  readonly counts: Readonly<Record<string, number>>
  readonly problems: ReadonlyArray<{ readonly message: string; readonly remedy: string }>
}

export interface CopyOptions {
  readonly config: ConfigChoice
  readonly from: string
  readonly to: string
  readonly progress: (line: string) => Effect.Effect<void>
}

export interface Copied {
  readonly from: string
  readonly to: string
  /** Rows that arrived this time, and rows that are there now. */
  readonly tables: Readonly<Record<string, { readonly copied: number; readonly present: number }>>
}
