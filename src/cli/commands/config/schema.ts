import * as Effect from "effect/Effect"
import { jsonSchema } from "../../../gateway/config/jsonSchema.ts"
import type { Outcome } from "../../Command.ts"
import type { Args } from "../../Param.ts"

/** `config schema`: for editors. */
export const run = (_args: Args): Effect.Effect<Outcome> =>
  Effect.sync(() => {
    const schema = jsonSchema()
    return { json: schema, human: JSON.stringify(schema, null, 2) }
  })
