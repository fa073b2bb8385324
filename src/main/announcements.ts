import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { ServerEvent } from "../cli/Operations.ts"
import type { AccountReport } from "../gateway/AccountReport.ts"
import type { Gateway } from "../gateway/Gateway.ts"

/** What there is to tell of an account. A change of bot or transport may be quicker than anybody looks: then it was never unready. */
const newsOf = ({ bot, ready, stopped, transport }: AccountReport): string =>
  ready ? `ready ${transport} ${bot ?? ""}` : stopped ? "stopped" : "other"

/** Says of each account, once each time it comes about, that it is ready (as which bot, over which transport) or that it stopped. */
export const announceAccounts = (
  gateway: Pick<Gateway["Service"], "changes">,
  report: (event: ServerEvent) => Effect.Effect<void>
): Effect.Effect<void> =>
  Effect.suspend(() => {
    const told = new Map<string, string>()
    return Stream.runForEach(gateway.changes, (one) => {
      const news = newsOf(one)
      if (told.get(one.account) === news) return Effect.void
      told.set(one.account, news)
      if (one.ready) {
        const { account, transport } = one
        return report({ _tag: "AccountReady", account, bot: one.bot ?? "a bot without a name", transport })
      }
      return one.stopped
        ? report({ _tag: "AccountStopped", account: one.account, reason: one.reason ?? "no reason was given" })
        : Effect.void
    })
  })
