import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InboundMessage } from "../domain/Update.ts"
import type { Verdict } from "../domain/Verdict.ts"
import type { JournalError } from "../journal/Journal.ts"

/** Decides who may talk, before anything is fetched or asked. */
export class Gate extends Context.Service<
  Gate,
  { judge(message: InboundMessage): Effect.Effect<Verdict, JournalError> }
>()("zalo-effect/access/Gate") {}
