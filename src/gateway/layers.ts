import * as Layer from "effect/Layer"
import type { SecureRandom } from "effect/crypto/SecureRandom"
import { Gate } from "../access/Gate.ts"
import { accessMigrations } from "../access/migrations.ts"
import { Pairing } from "../access/Pairing.ts"
import { PairingRepo } from "../access/PairingRepo.ts"
import { Chats } from "../journal/chats/Chats.ts"
import { DriftSamples } from "../journal/DriftSamples.ts"
import { Inbox } from "../journal/Inbox.ts"
import type { Journal } from "../journal/Journal.ts"
import { journalMigrations } from "../journal/migrations.ts"
import { Outbox } from "../journal/Outbox.ts"
import { Broadcasts } from "../journal/proactive/Broadcasts.ts"
import { Schedules } from "../journal/proactive/Schedules.ts"
import type { Migrations } from "../journal/store.ts"
import type { Media } from "../media/Media.ts"
import { mediaMigrations } from "../media/migrations.ts"
import type { Accounts } from "../pipeline/Accounts.ts"
import type { Instance } from "../pipeline/Instance.ts"
import { Handoffs } from "../pipeline/Handoffs.ts"
import type { Lanes } from "../pipeline/Lanes.ts"
import { layerOwnerNotices } from "../pipeline/ownerNotices.ts"
import { layerSendLanes, Pipeline } from "../pipeline/Pipeline.ts"
import { Sender } from "../pipeline/Sender.ts"
import type { SendLanes } from "../pipeline/SendLanes.ts"
import { Turns } from "../pipeline/Turns.ts"
import { TurnWakes } from "../pipeline/TurnWakes.ts"
import * as driftRecorder from "../updates/driftRecorder.ts"
import { layerAccounts, layerPolicies, type RunningAccounts } from "./RunningAccounts.ts"

/** Every room's tables, in the order in which they came to be. */
export const migrations: Migrations = { ...journalMigrations, ...accessMigrations, ...mediaMigrations }

/** The store's rooms. What is new from Zalo is noted there too, by all that is built upon it. */
export const layerStore: Layer.Layer<
  Inbox | Outbox | Chats | Broadcasts | Schedules | PairingRepo | Pairing,
  never,
  Journal
> = Pairing.layer.pipe(
  Layer.provideMerge(PairingRepo.layerSql),
  Layer.provideMerge(
    Layer.mergeAll(Inbox.layerSql, Outbox.layerSql, Chats.layerSql, Broadcasts.layerSql, Schedules.layerSql)
  ),
  Layer.merge(Layer.provide(driftRecorder.layer, DriftSamples.layerSql))
)

/** What sends, for the accounts of this process. */
export const layerSender: Layer.Layer<Sender | Accounts, never, Journal | Outbox | RunningAccounts | Instance | Media> =
  Sender.layer.pipe(Layer.provideMerge(layerAccounts))

/** What turns admitted messages into sent replies. */
export const layerPipeline: Layer.Layer<
  Pipeline | SendLanes | TurnWakes | Handoffs | Accounts,
  never,
  Journal | Inbox | Outbox | Chats | PairingRepo | RunningAccounts | Instance | SecureRandom | Media | Lanes
> = Layer.merge(Pipeline.layer, layerOwnerNotices).pipe(
  Layer.provide(Turns.layer),
  Layer.provideMerge(Handoffs.layer),
  Layer.provide(Gate.layer.pipe(Layer.provide(layerPolicies))),
  Layer.provideMerge(layerSendLanes),
  Layer.provideMerge(TurnWakes.layer),
  Layer.provideMerge(layerSender)
)
