import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { CommandFailed, type StoreMissing } from "../cli/errors.ts"
import type { BroadcastOptions, BroadcastResult } from "../cli/Operations.ts"
import type { AccountSettings } from "../domain/Account.ts"
import type { AccountId } from "../domain/ids.ts"
import type { Audience } from "../domain/Proactive.ts"
import type { OutboundPayload } from "../domain/Reply.ts"
import type { ConfigError } from "../gateway/config/problems.ts"
import { ZaloConfig } from "../gateway/config/ZaloConfig.ts"
import { forecast } from "../gateway/proactive/forecast.ts"
import { partsOf, renderProactive } from "../gateway/proactive/rendering.ts"
import { broadcastView, recipientView, type RecipientView } from "../gateway/proactive/views.ts"
import { workOff } from "../gateway/proactive/workOff.ts"
import { layerAccounts, RunningAccounts } from "../gateway/RunningAccounts.ts"
import { Outbox } from "../journal/Outbox.ts"
import { Broadcasts } from "../journal/proactive/Broadcasts.ts"
import { SendCounts } from "../journal/SendCounts.ts"
import { layerInstance } from "../node/configuredLeases.ts"
import { layerLeases, layerNodeMedia } from "../node/gateway.ts"
import { layerHttpClients, layerPlatform } from "../node/platform.ts"
import { Accounts } from "../pipeline/Accounts.ts"
import { Lanes } from "../pipeline/Lanes.ts"
import { layerSendLanes } from "../pipeline/Pipeline.ts"
import { Sender } from "../pipeline/Sender.ts"
import { commandFailed } from "./failures.ts"
import * as stderrLog from "./stderrLog.ts"
import { accountOf, checkHosting, isLocal, keptMedia, layerJournal, layerStoreOr, textOf } from "./sending.ts"

const audienceOf = ({ chats, kind, since }: BroadcastOptions): Audience =>
  chats === undefined
    ? { to: "all", since: since ?? null }
    : { to: "list", chats, since: since ?? null, strict: kind === "broadcast" }

/** The one account whose lease is taken: the others may be a gateway's. */
const layerOnly = (id: AccountId) =>
  Layer.effect(
    Accounts,
    Effect.map(Accounts, (accounts) => ({
      get: (asked) => (asked === id ? accounts.get(id) : Effect.succeedNone),
      all: Effect.map(accounts.get(id), Option.toArray)
    }))
  ).pipe(Layer.provide(layerAccounts))

/** Recipients read at once. */
const page = 500

const allResults = Effect.fnUntraced(function* (id: string) {
  const broadcasts = yield* Broadcasts
  const found: Array<RecipientView> = []
  for (let after = 0; ;) {
    const rows = yield* broadcasts.recipients(id, { failed: false, after, limit: page })
    found.push(...rows.map(recipientView))
    if (rows.length < page) return found
    after = rows.at(-1)?.n ?? after
  }
})

const viewOf = Effect.fnUntraced(function* (id: string) {
  const broadcasts = yield* Broadcasts
  const found = yield* broadcasts.find(`b${id}`)
  return Option.isSome(found) ? broadcastView(found.value, yield* broadcasts.counts(id)) : undefined
})

const same = (one: ReadonlyArray<OutboundPayload>, other: ReadonlyArray<OutboundPayload>): boolean =>
  JSON.stringify(one) === JSON.stringify(other)

const nobodyWrote = ({ path }: StoreMissing) =>
  new CommandFailed({
    code: "not-found",
    message: `nobody wrote yet: there is no store at ${path}; "zalo-effect serve" makes it`
  })

/** Begins a broadcast, and sees it to its end where that is asked for or nobody else would. */
const begin = Effect.fnUntraced(function* (
  options: BroadcastOptions,
  account: AccountSettings,
  payloads: ReadonlyArray<OutboundPayload>
) {
  const broadcasts = yield* Broadcasts
  const { existing, id } = yield* broadcasts.create({
    account: account.id,
    name: options.name ?? null,
    kind: options.kind,
    schedule: null,
    payloads,
    audience: audienceOf(options),
    quiet: true,
    by: "cli"
  })
  if (existing) {
    const former = yield* broadcasts.find(`b${id}`)
    if (Option.isNone(former) || !same(former.value.payloads, payloads)) {
      return yield* new CommandFailed({
        code: "name-taken",
        message: `broadcast b${id} has that name and another message: choose another --name`
      })
    }
  }
  const waited = yield* workOff({
    account,
    id,
    wait: options.wait,
    progress: Effect.flatMap(viewOf(id), (view) => (view === undefined ? Effect.void : options.progress(view)))
  })
  const broadcast = yield* viewOf(id)
  if (broadcast === undefined) {
    return yield* new CommandFailed({ code: "not-found", message: `broadcast b${id} is gone` })
  }
  const begun: BroadcastResult = {
    _tag: "Begun",
    broadcast,
    existing,
    results: waited ? yield* allResults(id) : undefined
  }
  return begun
})

/** `broadcast send`, and `message send --targets`: kept in the journal, and sent by whoever holds the bot's lease. */
export const broadcast = (options: BroadcastOptions): Effect.Effect<BroadcastResult, CommandFailed | ConfigError> =>
  Effect.gen(function* () {
    const config = yield* Layer.build(ZaloConfig.layerConfig({ file: options.config.file }))
    const settings = Context.get(config, ZaloConfig)
    const account = accountOf(settings, options.account)
    if (account instanceof CommandFailed) return yield* account
    const journal = options.kind === "broadcast" ? layerStoreOr(settings, nobodyWrote) : layerJournal(settings)
    const outside = yield* Layer.build(Layer.mergeAll(journal, layerLeases, layerHttpClients)).pipe(
      Effect.provideContext(config)
    )
    const media = yield* keptMedia(account, options.media)
    if (isLocal(media)) yield* Effect.provideContext(checkHosting(account), outside)
    const payloads = renderProactive(account, partsOf(options.message, media), options.kind === "broadcast")
    if (options.dryRun) {
      const found = yield* forecast(account, audienceOf(options), payloads.length, true).pipe(
        Effect.provide(SendCounts.layerSql),
        Effect.provideContext(outside)
      )
      const would: BroadcastResult = {
        _tag: "DryRun",
        account: account.id,
        chunks: payloads.flatMap((payload) => textOf(payload)),
        forecast: found
      }
      return would
    }
    return yield* begin(options, account, payloads).pipe(
      Effect.provide(
        layerSendLanes.pipe(
          Layer.provide(Lanes.layerLocal),
          Layer.provideMerge(Sender.layer.pipe(Layer.provideMerge(layerOnly(account.id)))),
          Layer.provideMerge(
            Layer.mergeAll(
              Outbox.layerSql,
              Broadcasts.layerSql,
              SendCounts.layerSql,
              RunningAccounts.layerNoLease,
              layerInstance
            )
          ),
          Layer.provideMerge(layerNodeMedia)
        )
      ),
      Effect.provideContext(outside),
      Effect.provideContext(config)
    )
  }).pipe(
    Effect.scoped,
    Effect.provide([layerPlatform, stderrLog.layer]),
    Effect.catchTag(["LeaseUnavailable", "JournalError"], (error) => Effect.fail(commandFailed(error)))
  )
