import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import * as Result from "effect/Result"
import { environment } from "./environment.ts"
import { placeFrom } from "./load.ts"
import { locate } from "./locate.ts"
import { parse, syntaxProblem } from "./parse.ts"
import { ConfigError } from "./problems.ts"
import { makeReport } from "./report.ts"
import { scopeOf } from "./scope.ts"
import type { SecretFiles } from "./SecretFiles.ts"
import { withSecrets } from "./secretRounds.ts"
import { storeOf, type StoreSettings } from "./store.ts"

/**
 * Which store a configuration means, whatever else is wrong in it: so that the commands on the store work beside a file that is
 * being edited.
 */
export const readStore = Effect.fn("ZaloConfig.readStore")(function* (
  named: string | undefined
): Effect.fn.Return<StoreSettings, ConfigError, FileSystem.FileSystem | Path.Path | SecretFiles> {
  const path = yield* Path.Path
  const env = yield* environment
  const early = makeReport({ file: null, lines: new Map() })
  const located = yield* locate(named, env, early)
  if (early.problems().length > 0) return yield* new ConfigError({ problems: early.problems() })
  const parsed = located === undefined ? undefined : yield* parse(located.text)
  if (located !== undefined && parsed !== undefined && Result.isFailure(parsed)) {
    return yield* new ConfigError({ problems: [syntaxProblem(located.file, parsed.failure)] })
  }
  const { lines, value } = parsed === undefined || Result.isFailure(parsed) ? empty : parsed.success
  const place = placeFrom(path, located === undefined ? "." : path.dirname(located.file), env)
  const judged = yield* withSecrets(
    value,
    place,
    Effect.gen(function* () {
      const report = makeReport({ file: located?.file ?? null, lines })
      const store = yield* storeOf(scopeOf(value, []), env, report)
      return { store, problems: report.problems() }
    })
  )
  if (judged.problems.length > 0) return yield* new ConfigError({ problems: judged.problems })
  return judged.store
})

const empty = { value: {}, lines: new Map<string, number>() }
