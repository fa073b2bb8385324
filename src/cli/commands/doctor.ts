import * as Effect from "effect/Effect"
import type { Finding, Severity } from "../../gateway/doctor/Finding.ts"
import type { Outcome } from "../Command.ts"
import { findingLines } from "../findings.ts"
import { config } from "../flags.ts"
import { Examination } from "../Examination.ts"
import type { Args } from "../Param.ts"
import { Platform } from "../Platform.ts"
import * as flags from "./doctorFlags.ts"

/** `doctor`: everything that can be found wrong, each with its remedy. Exit 1 when something is an error. */
export const run = Effect.fn("cli.doctor")(function* (args: Args) {
  const { examination } = yield* Platform
  const findings = yield* Examination.use((does) =>
    does.doctor({ config: { file: config.read(args) }, offline: flags.offline.read(args) })
  ).pipe(Effect.provide(examination))
  const ok = count(findings, "error") === 0
  const outcome: Outcome = {
    json: { ok, findings },
    human: [...findingLines(findings, flags.details.read(args)), verdict(findings)].join("\n"),
    exit: ok ? 0 : 1
  }
  return outcome
})

const count = (findings: ReadonlyArray<Finding>, severity: Severity): number =>
  findings.filter((one) => one.severity === severity).length

const verdict = (findings: ReadonlyArray<Finding>): string => {
  if (findings.length === 0) return "Nothing is wrong."
  const [errors, warnings, notes] = [count(findings, "error"), count(findings, "warning"), count(findings, "note")]
  const parts = [
    [errors, "error"],
    [warnings, "warning"],
    [notes, "note"]
  ] as const
  return `${parts.map(([n, name]) => `${n} ${name}${n === 1 ? "" : "s"}`).join(", ")}.`
}
