import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Turn } from "../domain/Turn.ts"

const encode = Schema.encodeEffect(Schema.fromJsonString(Turn))

/** A turn as one line of JSON (`design.md` §6.4). A turn is made of checked parts, so that it cannot fail to be encoded. */
export const question = (turn: Turn): Effect.Effect<string> => Effect.orDie(encode(turn))
