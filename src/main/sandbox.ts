import * as Effect from "effect/Effect"
import { CommandFailed } from "../cli/errors.ts"
import type { SandboxOptions } from "../cli/Operations.ts"
export const sandbox = (_options: SandboxOptions) =>
  Effect.fail(new CommandFailed({ code: "not-available", message: "soon" }))
