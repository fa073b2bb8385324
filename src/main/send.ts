import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { randomUUID } from "node:crypto"
import { existsSync } from "node:fs"
import { CommandFailed } from "../cli/errors.ts"
import type { SendOptions, SendResult } from "../cli/Operations.ts"
import type { AccountSettings } from "../domain/Account.ts"
import { ChatId } from "../domain/ids.ts"
import type { OutboundPayload, ReplyPart } from "../domain/Reply.ts"
import type { ConfigError } from "../gateway/config/problems.ts"
import type { Settings } from "../gateway/config/Settings.ts"
import { ZaloConfig } from "../gateway/config/ZaloConfig.ts"
import { layerSender, migrations } from "../gateway/layers.ts"
import { RunningAccounts } from "../gateway/RunningAccounts.ts"
import { appendOwn, sendNow } from "../gateway/sendNow.ts"
import { AccountState } from "../journal/AccountState.ts"
import { Chats } from "../journal/chats/Chats.ts"
import { Outbox } from "../journal/Outbox.ts"
import {
  databaseIn,
  layerHttpClients,
  layerInstance,
  layerLeases,
  layerNodeMedia,
  layerPlatform
} from "../node/gateway.ts"
import { layerSqlite } from "../node/store.ts"
import { render } from "../render/messages.ts"
import { renderOptions } from "../render/settings.ts"
import { commandFailed } from "./failures.ts"
import { withHostedFiles } from "./hosting.ts"
import * as logging from "./logging.ts"

const accountOf = (settings: Settings, asked: string | undefined): AccountSettings | CommandFailed => {
  const id = asked ?? settings.defaultAccount
  const account = settings.accounts.find((one) => one.id === id)
  if (account !== undefined) return account
  const idle = [...settings.disabled, ...settings.unavailable].find((one) => one.id === id)
  return new CommandFailed(
    idle === undefined
      ? { code: "unknown-account", message: `there is no account "${id}" in the configuration` }
      : { code: "account-unavailable", message: `the account "${id}" cannot send: ${idle.reason}` }
  )
}

/** An operator's words go out as they were typed. */
const partsOf = ({ media, message }: SendOptions): ReadonlyArray<ReplyPart> =>
  media === undefined
    ? [{ type: "text", text: message, format: "plain" }]
    : [{ type: "photo", url: media, ...(message.trim() === "" ? {} : { caption: message }), format: "plain" }]

/** What a person would read of it. */
const textOf = (payload: OutboundPayload): ReadonlyArray<string> => {
  switch (payload._tag) {
    case "Text":
      return [payload.text]
    case "Photo":
      return [payload.caption === undefined ? payload.url : `${payload.url}\n${payload.caption}`]
    default:
      return []
  }
}

/** Without a store there is nothing to append to, and a command makes none: what it sends is kept in memory meanwhile. */
const layerJournal = (dataDir: string) => {
  const filename = databaseIn(dataDir)
  return existsSync(filename)
    ? layerSqlite({ filename, migrations, migrate: false })
    : layerSqlite({ filename: ":memory:", migrations, migrate: true })
}

/** `message send`: through the outbox, by whoever holds the bot's lease. */
export const send = (options: SendOptions): Effect.Effect<SendResult, CommandFailed | ConfigError> =>
  Effect.gen(function* () {
    const config = yield* Layer.build(ZaloConfig.layerConfig({ file: options.config.file }))
    const settings = Context.get(config, ZaloConfig)
    const account = accountOf(settings, options.account)
    if (account instanceof CommandFailed) return yield* account
    const chat = ChatId.make(options.target)
    const payloads = render(partsOf(options), renderOptions(account))
    if (options.dryRun) {
      const chunks = payloads.flatMap((payload) => textOf(payload))
      const would: SendResult = { _tag: "DryRun", account: account.id, chatId: chat, chunks }
      return would
    }
    const group = `cli:${randomUUID()}`
    const { answers = false, wait = true } = options
    if (!wait && !existsSync(databaseIn(settings.dataDir))) {
      return yield* new CommandFailed({ code: "no-store", message: "there is no store that could keep the message" })
    }
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
          Layer.provideMerge(Layer.mergeAll(layerJournal(settings.dataDir), layerHttpClients, layerLeases))
        )
      ),
      Effect.provideContext(config)
    )
  }).pipe(
    Effect.scoped,
    Effect.provide([layerPlatform, logging.layer]),
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
