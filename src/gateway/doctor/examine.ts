import { accountsFindings } from "./account.ts"
import type { Facts } from "./facts.ts"
import type { Finding, Severity } from "./Finding.ts"
import { configFindings, machineFindings, storeFindings } from "./place.ts"

const weight: Readonly<Record<Severity, number>> = { error: 0, warning: 1, note: 2 }

/** The worst first. */
export const bySeverity = (findings: ReadonlyArray<Finding>): ReadonlyArray<Finding> =>
  findings.toSorted((one, other) => weight[one.severity] - weight[other.severity])

/** Everything that is wrong, the worst first. */
export const examine = (facts: Facts): ReadonlyArray<Finding> =>
  bySeverity([...configFindings(facts), ...machineFindings(facts), ...storeFindings(facts), ...accountsFindings(facts)])
