import * as Context from "effect/Context"
import * as Option from "effect/Option"
import type { Turn } from "../domain/Turn.ts"

/** The turn that a model is answering: for its tools, which must not take a person's id from the model. */
export const CurrentTurn = Context.Reference<Option.Option<Turn>>("zalo-effect/agent/CurrentTurn", {
  defaultValue: () => Option.none()
})
