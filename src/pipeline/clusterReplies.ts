import { make as makeEntity } from "effect/cluster/Entity"
import * as EntityId from "effect/cluster/EntityId"
import { Sharding } from "effect/cluster/Sharding"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Rpc from "effect/rpc/Rpc"
import * as Schema from "effect/Schema"
import { PendingReplies, type ReplyOutcome } from "../agent/PendingReplies.ts"
import { RepliesElsewhere } from "../agent/RepliesElsewhere.ts"
import { AccountId, ChatId } from "../domain/ids.ts"
import { ReplyPart } from "../domain/Reply.ts"
import { Journal } from "../journal/Journal.ts"
import { laneId } from "./laneEngine.ts"

const Outcome = Schema.Literals(["accepted", "answered", "over", "unknown"])
const Question = { turnId: Schema.String }

/** The lane of a turn has its shard by the same id: both are at the same runner. */
const Replies = makeEntity("replies", [
  Rpc.make("Standing", { payload: Question, success: Outcome }),
  Rpc.make("Answer", { payload: { ...Question, parts: Schema.Array(ReplyPart) }, success: Outcome })
])

/** Whoever posts an answer does not wait longer for another runner. */
const patience = "5 seconds"

const unknown: ReplyOutcome = "unknown"

const decode = Schema.decodeUnknownOption(Schema.Tuple([Schema.Struct({ chat: ChatId })]))

/** Brings an answer that reached this runner to the one whose lane waits for it. */
export const layerCluster: Layer.Layer<never, never, Sharding | PendingReplies | Journal> = Layer.effect(
  RepliesElsewhere,
  Effect.gen(function* () {
    const sharding = yield* Sharding
    const pending = yield* PendingReplies
    const { query, read } = yield* Journal
    const client = yield* Replies.client

    yield* Layer.build(
      Replies.toLayer(
        {
          Standing: ({ payload }) => pending.standing(payload.turnId),
          Answer: ({ payload }) => pending.answer(payload.turnId, payload.parts)
        },
        { concurrency: "unbounded", maxIdleTime: "10 seconds" }
      )
    )

    /** The lane of the turn, if another runner has it. */
    const laneOf = Effect.fnUntraced(function* (turnId: string) {
      const colon = turnId.indexOf(":")
      const [account, message] = [turnId.slice(0, colon), turnId.slice(colon + 1)]
      const rows = yield* query(read`SELECT chat FROM inbox WHERE account = ${account} AND message_id = ${message}`)
      return Option.map(decode(rows), ([{ chat }]) => laneId({ account: AccountId.make(account), chat })).pipe(
        Option.filter((lane) => {
          const id = EntityId.make(lane)
          return !sharding.hasShardId(sharding.getShardId(id, Replies.getShardGroup(id)))
        })
      )
    })

    const ask = <E>(turnId: string, question: (lane: string) => Effect.Effect<ReplyOutcome, E>) =>
      Effect.flatMap(laneOf(turnId), (lane) =>
        Option.isNone(lane) ? Effect.succeed(unknown) : question(lane.value)
      ).pipe(
        Effect.timeout(patience),
        Effect.orElseSucceed(() => unknown)
      )

    return {
      standing: (turnId) => ask(turnId, (lane) => client(lane).Standing({ turnId })),
      answer: (turnId, parts) => ask(turnId, (lane) => client(lane).Answer({ turnId, parts }))
    }
  })
)
