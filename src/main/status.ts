import * as Effect from "effect/Effect"
import { CommandFailed } from "../cli/errors.ts"
import type { StatusOptions } from "../cli/Operations.ts"
export const status = (_options: StatusOptions) =>
  Effect.fail(new CommandFailed({ code: "not-available", message: "soon" }))
