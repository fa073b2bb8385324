import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { randomUUID } from "node:crypto"
import { CommandFailed } from "../cli/errors.ts"
import type { SendOptions, SendResult } from "../cli/Operations.ts"
import { ChatId } from "../domain/ids.ts"
import type { ConfigError } from "../gateway/config/problems.ts"
import { ZaloConfig } from "../gateway/config/ZaloConfig.ts"
import { layerSender } from "../gateway/layers.ts"
import { RunningAccounts } from "../gateway/RunningAccounts.ts"
import { appendOwn, sendNow } from "../gateway/sendNow.ts"
import { partsOf } from "../gateway/proactive/rendering.ts"
import { AccountState } from "../journal/AccountState.ts"
import { Chats } from "../journal/chats/Chats.ts"
import { Outbox } from "../journal/Outbox.ts"
import { layerInstance } from "../node/configuredLeases.ts"
import { layerLeases, layerNodeMedia } from "../node/gateway.ts"
import { layerHttpClients, layerPlatform } from "../node/platform.ts"
import { render } from "../render/messages.ts"
import { renderOptions } from "../render/settings.ts"
import { commandFailed } from "./failures.ts"
import { withHostedFiles } from "./hosting.ts"
import { accountOf, layerJournal, layerStoreOr, textOf } from "./sending.ts"
import * as stderrLog from "./stderrLog.ts"

const noStore = () => new CommandFailed({ code: "no-store", message: "there is no store that could keep the message" })

/** `message send`: through the outbox, by whoever holds the bot's lease. */
export const send = (options: SendOptions): Effect.Effect<SendResult, CommandFailed | ConfigError> =>
  Effect.gen(function* () {
    const config = yield* Layer.build(ZaloConfig.layerConfig({ file: options.config.file }))
    const settings = Context.get(config, ZaloConfig)
    const account = accountOf(settings, options.account)
    if (account instanceof CommandFailed) return yield* account
    const chat = ChatId.make(options.target)
    const payloads = render(partsOf(options.message, options.media), renderOptions(account))
    if (options.dryRun) {
      const chunks = payloads.flatMap((payload) => textOf(payload))
      const would: SendResult = { _tag: "DryRun", account: account.id, chatId: chat, chunks }
      return would
    }
    const group = `cli:${randomUUID()}`
    const { answers = false, wait = true } = options
    const journal = wait ? layerJournal(settings) : layerStoreOr(settings, noStore)
    return yield* withHostedFiles(account, payloads).pipe(
      Effect.flatMap((ready) =>
        wait
          ? Effect.map(sendNow({ account, chat, payloads: ready, group, answers }), (messageIds): SendResult => ({
              _tag: "Sent",
              account: account.id,
              chatId: chat,
              messageIds
            }))
          : Effect.map(
              appendOwn({ account: account.id, chat, payloads: ready, group, answers }),
              (ids): SendResult => ({
                _tag: "Queued",
                account: account.id,
                chatId: chat,
                queued: ids.map((id) => `out:${id}`)
              })
            )
      ),
      Effect.provide(
        layerSender.pipe(
          Layer.provideMerge(
            Layer.mergeAll(
              Outbox.layerSql,
              Chats.layerSql,
              AccountState.layerSql,
              RunningAccounts.layerNoLease,
              layerInstance
            )
          ),
          Layer.provideMerge(layerNodeMedia),
          Layer.provideMerge(Layer.mergeAll(journal, layerHttpClients, layerLeases))
        )
      ),
      Effect.provideContext(config)
    )
  }).pipe(
    Effect.scoped,
    Effect.provide([layerPlatform, stderrLog.layer]),
    Effect.catchTag(["LeaseUnavailable", "JournalError"], (error) => Effect.fail(commandFailed(error))),
    Effect.catchTag("SendFailed", (error) =>
      Effect.fail(
        new CommandFailed({
          code: error.reason,
          message: error.message,
          details: { messageIds: [...error.messageIds] }
        })
      )
    )
  )
