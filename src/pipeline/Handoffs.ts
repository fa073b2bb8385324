import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { LaneKey } from "../domain/ids.ts"
import type { OutboundPayload } from "../domain/Reply.ts"
import { texts } from "../domain/texts.ts"
import { type ChatRow, Chats } from "../journal/chats/Chats.ts"
import { Journal, type JournalError } from "../journal/Journal.ts"
import { Outbox } from "../journal/Outbox.ts"
import type { Outgoing } from "../journal/OutboxRow.ts"
import { render } from "../render/messages.ts"
import { renderOptions } from "../render/settings.ts"
import { type AccountRuntime, Accounts } from "./Accounts.ts"
import { SendLanes } from "./SendLanes.ts"
import { TurnWakes } from "./TurnWakes.ts"

/** Paused chats that one look sees to, at most: the next one goes on. */
const perLook = 64

/**
 * Where people take chats over and hand them back, beside a gateway of the same process: what they decide counts at once.
 * The command line writes the same to the store alone, and the gateway sees it within a sweep.
 */
export class Handoffs extends Context.Service<
  Handoffs,
  {
    /**
     * Pauses a chat, or changes the pause that stands; says whether it began. A turn under way is cancelled, and its message
     * kept. The people there are told if their account's `handoff.notice` says so, unless `notify` is false.
     */
    pause(
      key: LaneKey,
      options?: {
        readonly reason?: string | undefined
        /** Until the bot takes over again by itself; absent: until somebody says so. */
        readonly lasts?: Duration.Duration | undefined
        readonly notify?: boolean | undefined
      }
    ): Effect.Effect<boolean, JournalError>
    /** Ends a pause. None when there was none. `answer`: the bot answers the kept messages that no person has answered. */
    resume(
      key: LaneKey,
      options?: { readonly answer?: boolean | undefined }
    ): Effect.Effect<Option.Option<{ readonly settled: number; readonly released: number }>, JournalError>
    /** Sends a person's words as the bot, behind what it has to send already. Gives the ids of the outbox rows. */
    say(
      key: LaneKey,
      payloads: ReadonlyArray<OutboundPayload>,
      group: string
    ): Effect.Effect<ReadonlyArray<string>, JournalError>
    /** Ends the pauses of an account whose time is over, and tells people of those that began in another process. */
    look(account: AccountRuntime): Effect.Effect<void, JournalError>
  }
>()("zalo-effect/pipeline/Handoffs") {
  static readonly layer: Layer.Layer<Handoffs, never, Journal | Chats | Outbox | Accounts | SendLanes | TurnWakes> =
    Layer.effect(
      Handoffs,
      Effect.suspend(() => make)
    )
}

const make = Effect.gen(function* () {
  const journal = yield* Journal
  const chats = yield* Chats
  const outbox = yield* Outbox
  const accounts = yield* Accounts
  const sends = yield* SendLanes
  const turns = yield* TurnWakes

  const tell = Effect.fnUntraced(function* (row: ChatRow, { settings }: AccountRuntime) {
    const { account, chat } = row
    const now = yield* Clock.currentTimeMillis
    const text = texts(settings.language).handedOver
    // Nobody is told who never wrote: Zalo would refuse it.
    const told =
      settings.handoff.notice && row.messages > 0
        ? render([{ type: "text", text, format: "plain" }], renderOptions(settings)).map((payload): Outgoing => ({
            account,
            chat,
            origin: "handoff",
            turn: null,
            payload
          }))
        : []
    yield* journal.write(
      Effect.flatMap(chats.toldUnit(row), (first) => (first ? outbox.appendUnit(told, now) : Effect.succeed([])))
    )
    yield* sends.wake(row)
  })

  const resume = Effect.fn("Handoffs.resume")(function* (
    key: LaneKey,
    options: Parameters<Handoffs["Service"]["resume"]>[1] = {}
  ) {
    const now = yield* Clock.currentTimeMillis
    const ended = yield* chats.resume(key, { answer: options.answer ?? false, now })
    if (ended === undefined) return Option.none()
    yield* turns.wake(key)
    return Option.some(ended)
  })

  const look = Effect.fnUntraced(function* (account: AccountRuntime) {
    const now = yield* Clock.currentTimeMillis
    for (const row of yield* chats.due(account.settings.id, now, perLook)) {
      if (row.resumeAt === null || row.resumeAt > now) {
        yield* tell(row, account)
        continue
      }
      yield* resume(row)
      yield* Effect.logInfo("the pause is over: the bot answers again").pipe(
        Effect.annotateLogs({ account: row.account, chat: row.chat })
      )
    }
  })

  return Handoffs.of({
    pause: Effect.fn("Handoffs.pause")(function* (
      key: LaneKey,
      options: Parameters<Handoffs["Service"]["pause"]>[1] = {}
    ) {
      const now = yield* Clock.currentTimeMillis
      const began = yield* journal.write(
        chats.pauseUnit(key, {
          by: "api",
          reason: options.reason,
          resumeAt: options.lasts === undefined ? undefined : now + Duration.toMillis(options.lasts),
          tell: options.notify ?? true,
          wanted: false,
          now
        })
      )
      yield* turns.wake(key)
      const account = yield* accounts.get(key.account)
      const row = yield* chats.get(key)
      if (Option.isSome(account) && Option.isSome(row) && row.value.told === 0) yield* tell(row.value, account.value)
      return began
    }),

    resume,

    say: Effect.fn("Handoffs.say")(function* (
      { account, chat }: LaneKey,
      payloads: ReadonlyArray<OutboundPayload>,
      group: string
    ) {
      const now = yield* Clock.currentTimeMillis
      const ids = yield* journal.write(
        Effect.flatMap(chats.answeredUnit({ account, chat }), (inboxSeq) =>
          outbox.appendUnit(
            payloads.map((payload) => ({ account, chat, origin: "api", turn: group, inboxSeq, payload })),
            now
          )
        )
      )
      yield* sends.wake({ account, chat })
      return ids
    }),

    look
  })
})
