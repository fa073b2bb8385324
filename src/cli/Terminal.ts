import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"

/** The three streams of the process. Writing never fails: a reader that has gone away is not this program's failure. */
export class Terminal extends Context.Service<
  Terminal,
  {
    /** Whether stdout and stderr may be coloured: terminals, without `NO_COLOR`. */
    readonly colors: { readonly out: boolean; readonly err: boolean }
    /** To stdout, as it is. */
    out(text: string): Effect.Effect<void>
    /** To stderr, as it is. */
    err(text: string): Effect.Effect<void>
    /** All of stdin, as UTF-8. */
    readonly stdin: Effect.Effect<string>
  }
>()("zalo-effect/cli/Terminal") {}
