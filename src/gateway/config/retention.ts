import * as Duration from "effect/Duration"
import type { Retention } from "../../domain/Retention.ts"
import * as recipe from "./recipe/retention.ts"
import { type Scope, get, inner } from "./scope.ts"

/** The `retention` section of the file. */
export const retentionOf = (file: Scope): Retention => {
  const section = inner(file, recipe.retention)
  return { done: get(section, recipe.done) ?? Duration.days(30), dead: get(section, recipe.dead) }
}
