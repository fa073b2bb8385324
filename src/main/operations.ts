import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { CommandFailed } from "../cli/errors.ts"
import { Operations } from "../cli/Operations.ts"

const absent = new CommandFailed({ code: "not-available", message: "this command is not available yet" })

/** Stands in until the gateway is wired. */
export const layer: Layer.Layer<Operations> = Layer.succeed(Operations, {
  serve: () => Effect.fail(absent),
  sandbox: () => Effect.fail(absent),
  send: () => Effect.fail(absent),
  status: () => Effect.fail(absent)
})
