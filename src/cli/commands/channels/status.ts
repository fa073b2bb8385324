import * as Effect from "effect/Effect"
import { bySeverity } from "../../../gateway/doctor/examine.ts"
import type { Outcome } from "../../Command.ts"
import { findingLines } from "../../findings.ts"
import { config } from "../../flags.ts"
import { Examination, type ProbedStatus } from "../../Examination.ts"
import type { RunnerReport } from "../../../gateway/runners.ts"
import type { Args } from "../../Param.ts"
import { Platform } from "../../Platform.ts"
import { printable } from "../../table.ts"
import { details, probe } from "./flags.ts"

/** `channels status`: a report, so that it is done also when what it reports is bad. */
export const run = Effect.fn("cli.channels.status")(function* (args: Args) {
  const { examination } = yield* Platform
  const { accounts, problems, runners } = yield* Examination.use((does) =>
    does.status({ config: { file: config.read(args) }, probe: probe.read(args) })
  ).pipe(Effect.provide(examination))
  const all = details.read(args)
  const shown = bySeverity([...problems, ...accounts.flatMap((one) => one.problems)]).filter(
    ({ severity }) => all || severity !== "note"
  )
  const lines = accounts.length === 0 ? ["No accounts are configured."] : accounts.map(line)
  return {
    json: { accounts, problems, ...(runners.length === 0 ? {} : { runners }) },
    human: [...lines, ...runners.map(runnerLine), ...findingLines(shown, all)].join("\n")
  } satisfies Outcome
})

const line = (status: ProbedStatus): string => {
  const facts = [
    status.enabled ? "enabled" : "disabled",
    status.transport,
    status.ready ? "ready" : "not ready",
    ...(status.reason === null ? [] : [status.reason]),
    ...(status.lastGoodAt === null ? [] : [`last good at ${status.lastGoodAt}`]),
    ...Object.entries(status.queue).flatMap(([state, count]) => (count === 0 ? [] : [`${count} ${state}`])),
    ...(status.oldestWaitingAt === null ? [] : [`oldest waiting since ${status.oldestWaitingAt}`]),
    ...(status.drift === 0 ? [] : [`${status.drift} unknown from Zalo (see the log)`]),
    ...(status.quota.limit === null ? [] : [`${status.quota.used} of ${status.quota.limit} messages this month`]),
    ...(status.lease === null ? [] : [`held by ${status.lease.pid} on ${status.lease.host}`]),
    ...(status.probe === undefined ? [] : [probed(status.probe)])
  ]
  const name = status.name === null ? "" : ` (${status.name})`
  return printable(`${status.account}${name}: ${facts.join(", ")}`)
}

const runnerLine = ({ accounts, lanes, runner, shards }: RunnerReport): string => {
  const lets = accounts.length === 0 ? "lets no updates in" : `lets updates in for ${accounts.join(", ")}`
  const works = `${lanes.turns} turns and ${lanes.sends} sends under way`
  return printable(`runner ${runner}: ${shards.own} of ${shards.all} shards, ${works}, ${lets}`)
}

const probed = (probe: NonNullable<ProbedStatus["probe"]>): string =>
  probe.ok
    ? `token works: ${probe.bot ?? "a bot without a name"} (${probe.elapsedMs} ms)`
    : `probe failed: ${probe.error ?? "no reason was given"}`
