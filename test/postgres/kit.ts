import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { PairingRepo } from "../../src/access/PairingRepo.ts"
import { migrations } from "../../src/gateway/layers.ts"
import { Chats } from "../../src/journal/chats/Chats.ts"
import { Inbox } from "../../src/journal/Inbox.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { Outbox } from "../../src/journal/Outbox.ts"
import { Broadcasts } from "../../src/journal/proactive/Broadcasts.ts"
import { Schedules } from "../../src/journal/proactive/Schedules.ts"
import { SentMessages } from "../../src/journal/api/SentMessages.ts"
import { layerPostgres } from "../../src/node/postgres.ts"

/** What one runner has of the store: connections of its own. */
export const runnerOn = (url: string) =>
  Effect.map(
    Layer.build(
      Layer.fresh(
        Layer.mergeAll(
          Chats.layerSql,
          Inbox.layerSql,
          Broadcasts.layerSql,
          Schedules.layerSql,
          Layer.mergeAll(PairingRepo.layerSql, SentMessages.layerSql).pipe(Layer.provideMerge(Outbox.layerSql))
        ).pipe(Layer.provideMerge(layerPostgres({ url: Redacted.make(url), migrations, connections: 4 })))
      )
    ),
    (context) => ({
      journal: Context.get(context, Journal),
      chats: Context.get(context, Chats),
      inbox: Context.get(context, Inbox),
      outbox: Context.get(context, Outbox),
      broadcasts: Context.get(context, Broadcasts),
      schedules: Context.get(context, Schedules),
      messages: Context.get(context, SentMessages),
      pairing: Context.get(context, PairingRepo)
    })
  )

export type Runner = Effect.Success<ReturnType<typeof runnerOn>>
