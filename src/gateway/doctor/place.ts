import * as DateTime from "effect/DateTime"
import { type ConfigProblem, formatProblem, placed } from "../config/problems.ts"
import type { Facts, StoreFacts } from "./facts.ts"
import type { Finding, Severity } from "./Finding.ts"
import { finding, mebibytes, span } from "./words.ts"

/** Further off, and codes, retries and schedules are felt to be wrong. */
const clockLimit = 60_000
/** Below this much nothing can be promised; below the other, somebody should look. */
const diskFull = 64 * 1_048_576
const diskLow = 512 * 1_048_576
/** Checkpoints keep the log below this; a larger one means that somebody reads for ever, or that they fail. */
const logLimit = 256 * 1_048_576

const told = (problem: ConfigProblem, code: "config-problem" | "config-warning", severity: Severity): Finding =>
  finding(code, severity, placed(problem), problem.remedy)

/** Nobody has configured anything: what is missing is not one account's token. */
export const isUnconfigured = ({ accounts, config }: Facts): boolean =>
  config.problems.length === 0 &&
  (accounts.length === 0 || (config.file === null && accounts.every(({ idle }) => idle !== null)))

/** What is written, and does not count for the gateway that runs. */
const notTaken = ({ config: { standing } }: Facts): ReadonlyArray<Finding> => {
  if (standing === null) return []
  const finding = (severity: Severity, message: string, remedy: string, details: ReadonlyArray<string>): Finding => ({
    code: "config-not-taken",
    severity,
    account: null,
    message,
    remedy,
    details
  })
  const { problems, restart, since } = standing
  const found: Array<Finding> = []
  if (problems.length > 0) {
    const when = since === null ? "" : ` since ${DateTime.formatIso(DateTime.makeUnsafe(since))}`
    found.push(
      finding(
        "error",
        `the running gateway has not taken the configuration${when}: the last good one stays in force`,
        "Mend what is wrong: it is taken up by itself",
        problems.map(formatProblem)
      )
    )
  }
  if (restart.length > 0) {
    found.push(
      finding("warning", `${restart.join(", ")}: changed, and not in force yet`, "Restart zalo-effect serve", restart)
    )
  }
  return found
}

export const configFindings = (facts: Facts): ReadonlyArray<Finding> => {
  const { accounts, config } = facts
  const found = [
    ...config.problems.map((problem) => told(problem, "config-problem", "error")),
    ...notTaken(facts),
    ...config.warnings.map((problem) => told(problem, "config-warning", "note"))
  ]
  if (isUnconfigured(facts)) {
    found.push(
      finding(
        "no-accounts",
        "error",
        "no bot is configured",
        "Run zalo-effect setup, or zalo-effect sandbox to try without a token"
      )
    )
  }
  if (accounts.some(({ idle }) => idle === null) && !config.agentConfigured) {
    found.push(
      finding(
        "echo-agent",
        "warning",
        "no agent is configured, so the bot repeats what it hears",
        "Set agent in the configuration, or run zalo-effect setup"
      )
    )
  }
  return found
}

export const machineFindings = ({ machine, server, accounts }: Facts): ReadonlyArray<Finding> => {
  const found: Array<Finding> = []
  if (machine.dataDirProblem !== null) {
    found.push(
      finding(
        "data-dir",
        "error",
        `the data directory ${machine.dataDir} ${machine.dataDirProblem}`,
        "Make it a folder that this user may write, or name another one with ZALO_EFFECT_DATA_DIR"
      )
    )
  }
  if (machine.disk !== null && machine.disk.free < diskFull) {
    found.push(
      finding(
        "disk-full",
        "error",
        `the disk of ${machine.dataDir} is full: ${mebibytes(machine.disk.free)} are free`,
        "Free some space; what cannot be kept is not acknowledged, and Zalo is asked to deliver again"
      )
    )
  } else if (machine.disk !== null && machine.disk.free < diskLow) {
    found.push(
      finding(
        "disk-low",
        "warning",
        `the disk of ${machine.dataDir} is nearly full: ${mebibytes(machine.disk.free)} are free`,
        "Free some space, or shorten retention"
      )
    )
  }
  const ahead = machine.clockAhead ?? 0
  if (Math.abs(ahead) > clockLimit) {
    found.push(
      finding(
        "clock-skew",
        "error",
        `this machine's clock is ${span(Math.abs(ahead))} ${ahead > 0 ? "ahead of" : "behind"} Zalo's`,
        "Set the clock, and keep it right with NTP (timedatectl set-ntp true)"
      )
    )
  }
  for (const { path, what } of machine.openFiles) {
    found.push(
      finding(
        "file-too-open",
        "warning",
        `${path} holds ${what} and can be read by other users`,
        `Run chmod 600 ${path}`
      )
    )
  }
  const held = accounts.some(({ lease }) => lease !== null)
  // A gateway whose accounts are all switched off holds none of them.
  const expected =
    server?.answers === "nothing" || (server?.answers === "gateway" && accounts.every(({ idle }) => idle !== null))
  if (server !== null && !held && !expected) {
    found.push(
      finding(
        "port-taken",
        "error",
        `${server.address} is taken by another program`,
        "Stop it, or choose another port with gateway.port or --port"
      )
    )
  }
  if (server !== null && held && server.answers !== "gateway") {
    found.push(
      finding(
        "not-answering",
        "error",
        `a gateway runs, but does not answer at ${server.address}`,
        "Look at its log (zalo-effect logs); it may listen elsewhere (--host, --port), be starting, or be stuck"
      )
    )
  }
  return found
}

const unusable = (store: Extract<StoreFacts, { readonly _tag: "Unusable" }>): Finding => {
  const { detail, path, reason } = store
  switch (reason) {
    case "corrupt":
      return finding(
        "store-corrupt",
        "error",
        `the store ${path} is damaged: ${detail}`,
        "Stop the gateway, keep a copy of the file, and restore a backup (docs/deploy.md, Restore)"
      )
    case "schema":
      return finding("store-schema", "error", detail, "Run the same version everywhere")
    case "readonly":
      return finding(
        "store-read-only",
        "error",
        `the store ${path} cannot be written`,
        "Give this user the right to write the file and its folder; look whether the disk is mounted read-only"
      )
    case "full":
      return finding("disk-full", "error", `the store ${path} cannot grow: the disk is full`, "Free some space")
    default:
      return finding(
        "store-unusable",
        "error",
        `the store ${path} cannot be used (${reason}): ${detail}`,
        "Look whether another program holds the file, and whether this user may read it"
      )
  }
}

export const storeFindings = ({ store, accounts }: Facts): ReadonlyArray<Finding> => {
  if (store._tag === "Unusable") return [unusable(store)]
  if (store._tag === "Missing") {
    return accounts.length === 0
      ? []
      : [
          finding(
            "store-missing",
            "note",
            `there is no store at ${store.path} yet`,
            "zalo-effect serve makes it; if it ran before, look at ZALO_EFFECT_DATA_DIR"
          )
        ]
  }
  const found: Array<Finding> = []
  if (!store.writable) found.push(unusable({ ...store, _tag: "Unusable", reason: "readonly", detail: "" }))
  if (store.logBytes > logLimit) {
    found.push(
      finding(
        "store-log-large",
        "warning",
        `the store's write-ahead log has ${mebibytes(store.logBytes)}`,
        "Restart the gateway; if it grows again, look for a program that keeps the file open"
      )
    )
  }
  return found
}
