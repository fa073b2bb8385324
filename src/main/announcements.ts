import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { ServerEvent } from "../cli/Operations.ts"
import type { AccountReport } from "../gateway/AccountReport.ts"
import type { Gateway } from "../gateway/Gateway.ts"

type Standing = "ready" | "stopped" | "other"

const standingOf = (report: AccountReport): Standing => (report.ready ? "ready" : report.stopped ? "stopped" : "other")

/** Says of each account, once each time it comes about, that it is ready or that it stopped. */
export const announceAccounts = (
  gateway: Gateway["Service"],
  report: (event: ServerEvent) => Effect.Effect<void>
): Effect.Effect<void> =>
  Effect.suspend(() => {
    const told = new Map<string, Standing>()
    return Stream.runForEach(gateway.changes, (one) => {
      const standing = standingOf(one)
      if (told.get(one.account) === standing) return Effect.void
      told.set(one.account, standing)
      if (standing === "ready") {
        const { account, transport } = one
        return report({ _tag: "AccountReady", account, bot: one.bot ?? "a bot without a name", transport })
      }
      return standing === "stopped"
        ? report({ _tag: "AccountStopped", account: one.account, reason: one.reason ?? "no reason was given" })
        : Effect.void
    })
  })
