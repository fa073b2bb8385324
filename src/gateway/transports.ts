import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Transport } from "../domain/Account.ts"
import { Pipeline } from "../pipeline/Pipeline.ts"
import { refuseToken } from "../updates/identify.ts"
import { runPolling } from "../updates/Polling.ts"
import { runWebhook } from "../updates/registration.ts"
import * as Status from "../updates/TransportStatus.ts"
import { WebhookTargets } from "../updates/WebhookTargets.ts"
import type { RunningAccount } from "./runtimes.ts"

/** One poll's length (`zalo-bot-api.md` §5.2). */
const pollFor = Duration.seconds(30)
/** A poll may be open this much longer before it counts as silence. */
export const pollMargin = Duration.seconds(40)
/** The webhook is checked every five minutes; one check may fail. */
const webhookPatience = Duration.minutes(11)

/** How long after the last good poll or check nothing is wrong yet. */
export const patienceOf = (transport: Transport): Duration.Duration =>
  transport._tag === "Polling" ? pollMargin : webhookPatience

export const makeStatus = (transport: Transport): Effect.Effect<Status.TransportStatus> =>
  Status.make({
    transport: transport._tag === "Polling" ? "polling" : "webhook",
    patience: patienceOf(transport)
  })

/** Serves an account's webhook until the scope closes; nothing where it polls. */
export const serveWebhook = Effect.fnUntraced(function* (
  { settings: { id, retention } }: RunningAccount,
  transport: Transport
) {
  if (transport._tag === "Polling") return
  const pipeline = yield* Pipeline
  const targets = yield* WebhookTargets
  const { path, secret } = transport
  yield* targets.add({
    account: id,
    path,
    secret,
    retention,
    onAdmitted: (chat) => pipeline.admitted({ account: id, chat })
  })
})

/** Lets an account's updates in, for as long as it runs. It ends by itself only when the token is refused. */
export const runTransport = Effect.fnUntraced(function* (options: {
  readonly account: RunningAccount
  readonly transport: Transport
  readonly status: Status.TransportStatus
  /** Ends when it is to stop. */
  readonly stopping: Effect.Effect<void>
}) {
  const { account, transport, status, stopping } = options
  const pipeline = yield* Pipeline
  const id = account.settings.id
  const common = {
    account: id,
    api: account.api,
    status,
    retention: account.settings.retention,
    onBot: account.identified,
    onTokenRefused: account.tokenRefused,
    onAdmitted: (chat: Parameters<typeof pipeline.admitted>[0]["chat"]) => pipeline.admitted({ account: id, chat })
  }
  if (transport._tag === "Polling") return yield* runPolling({ ...common, pollTimeout: pollFor, stopping })
  // A send learns of a refused token long before the next look at the webhook. What Zalo still delivers is journalled.
  const watched = Effect.raceFirst(
    runWebhook({ ...common, url: transport.url, secret: transport.secret }),
    Effect.andThen(account.refused, refuseToken(common))
  )
  // Nothing of it is worth waiting for: what is delivered meanwhile is the server's to finish.
  return yield* Effect.raceFirst(watched, stopping)
})
