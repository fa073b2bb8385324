import type { AccountId } from "../../../domain/ids.ts"
import type { Document } from "../../../gateway/config/edit/document.ts"
import type { Place } from "../../../gateway/config/setup/place.ts"
import type { Given } from "./given.ts"

/** What every step knows. */
export interface Context {
  readonly account: AccountId
  readonly document: Document
  readonly place: Place
  readonly given: Given
  /** Somebody answers: a terminal, and no `--yes`. */
  readonly asks: boolean
  /** `--yes`: what cannot be tried is taken as it is. */
  readonly agrees: boolean
  readonly probes: boolean
}
