import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { LaneKey } from "../domain/ids.ts"
import { Outbox } from "../journal/Outbox.ts"
import { render } from "../render/messages.ts"
import { partsOf } from "./proactive/rendering.ts"
import { appendOwn, isSettled, look, report } from "./sendNow.ts"

/** UTF-16 units that Zalo takes (`zalo-bot-api.md` §5.7): the account's own limit is not known here. */
const limit = 2_000

/** How long somebody waits who cannot know whether a gateway runs. */
const patience = "30 seconds"

/**
 * A person's words through the store alone, for a machine whose configuration cannot be read by whoever types: the gateway
 * that runs on it sends them. Gives the ids of the outbox rows, and those of Zalo's once they were sent.
 */
export const sayInStore = Effect.fn("sayInStore")(function* (options: {
  readonly key: LaneKey
  readonly message: string
  /** An address. */
  readonly media: string | undefined
  readonly group: string
  readonly wait: boolean
}) {
  const outbox = yield* Outbox
  const payloads = render(partsOf(options.message, options.media), { limit, mode: "plain" })
  const ids = yield* appendOwn({ ...options.key, payloads, group: options.group, answers: true })
  if (!options.wait) return { ids, messageIds: undefined }
  const settled = yield* outbox.outcomes(ids).pipe(
    Effect.tap((outcomes) => (outcomes.every(isSettled) ? Effect.void : Effect.sleep(look))),
    Effect.repeat({ until: (outcomes) => outcomes.every(isSettled) }),
    Effect.timeoutOption(patience)
  )
  return { ids, messageIds: yield* report(Option.isSome(settled) ? settled.value : yield* outbox.outcomes(ids)) }
})
