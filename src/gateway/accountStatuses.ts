import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type AccountStatus, statusOf } from "./AccountStatus.ts"
import { ZaloConfig } from "./config/ZaloConfig.ts"
import { accountFindings } from "./doctor/account.ts"
import { idleFacts, runningFacts } from "./doctor/accountFacts.ts"
import { bySeverity } from "./doctor/examine.ts"
import { layerRooms, storedOf } from "./doctor/stored.ts"
import { Gateway } from "./Gateway.ts"

/** Every configured account as it stands in this process, by name. */
export const makeAccountStatuses = Effect.gen(function* () {
  const settings = yield* ZaloConfig
  const gateway = yield* Gateway
  const rooms = yield* Layer.build(layerRooms)

  return Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const reports = yield* gateway.reports
    const running = yield* Effect.forEach(settings.accounts, (account) =>
      Effect.map(storedOf(account.id), (stored) => {
        // What this process knows itself is newer than what it last wrote down.
        const report = reports.find((one) => one.account === account.id) ?? null
        return runningFacts(account, { ...stored, report }, "held")
      })
    )
    const idle = yield* Effect.forEach(settings.disabled, (account) =>
      Effect.map(storedOf(account.id), (stored) => idleFacts(account, stored, false))
    )
    return [...running, ...idle]
      .map((facts): AccountStatus => statusOf(facts, bySeverity(accountFindings(facts, now))))
      .toSorted((a, b) => (a.account < b.account ? -1 : 1))
  }).pipe(Effect.provideContext(rooms))
})
