import * as Effect from "effect/Effect"
import { type Built, buildAccount } from "./account.ts"
import { accountsOf, defaultOf } from "./accountNames.ts"
import { apiUrl } from "./apiUrl.ts"
import { checkFile } from "./checkFile.ts"
import { checkConflicts } from "./conflicts.ts"
import type { Environment } from "./environment.ts"
import { type Flags, gatewaySettings } from "./gatewaySettings.ts"
import { loggingSettings } from "./logging.ts"
import { groupPolicy } from "./recipe/account.ts"
import { agent } from "./recipe/agent.ts"
import { channelDefaults, dmScope, resetTriggers, session, zalo } from "./recipe/file.ts"
import type { Report } from "./report.ts"
import { retentionOf } from "./retention.ts"
import { get, inner, scopeOf } from "./scope.ts"
import { checkProviders } from "./providers.ts"
import type { SecretFiles } from "./SecretFiles.ts"
import type { Secrets } from "./secrets.ts"
import type { Settings } from "./Settings.ts"
import { storeOf } from "./store.ts"
import { telemetrySettings } from "./telemetry.ts"

export interface AssembleInput {
  /** The file's content, or what a program gave in its stead. */
  readonly value: unknown
  readonly file: string | undefined
  readonly environment: Environment
  readonly flags: Flags
  readonly secrets: "required" | "optional"
  /** Whether what only an agent needs may be missing. */
  readonly withoutAgents: boolean
  /** Whether the program brings the agent. */
  readonly embeddedAgent: boolean
  readonly dataDir: string | undefined
  /** Where a path of the configuration lies on disk. */
  readonly place: (path: string) => string
  readonly report: Report
}

const only = <T extends Built["_tag"]>(built: ReadonlyArray<Built>, tag: T) =>
  built.filter((account): account is Extract<Built, { readonly _tag: T }> => account._tag === tag)

/** Checks, merges and reads a whole configuration. What is wrong goes to the report; the value is good only when that is empty. */
export const assemble = Effect.fnUntraced(function* (
  input: AssembleInput
): Effect.fn.Return<Settings, never, SecretFiles | Secrets> {
  const { environment, report } = input
  checkFile(input.value, report)
  const file = scopeOf(input.value, [])
  checkProviders(file, report)
  const channels = inner(file, { name: "channels" })
  const top = inner(channels, zalo)
  const retention = retentionOf(file)
  const store = yield* storeOf(file, environment, report)
  const shared = {
    retention: retention.done,
    top,
    environment,
    report,
    fileAgent: inner(file, agent),
    groupPolicy: get(inner(channels, channelDefaults), groupPolicy),
    dmScope: get(inner(file, session), dmScope) ?? "per-channel-peer",
    resetTriggers: (get(inner(file, session), resetTriggers) ?? ["/new"]).map((word) => word.trim().toLowerCase()),
    secrets: input.secrets,
    withoutAgents: input.withoutAgents,
    place: input.place
  }
  const sections = accountsOf(top, environment, report)
  const built: Array<Built> = []
  for (const [id, own] of sections) built.push(yield* buildAccount({ ...shared, id, own }))
  const running = only(built, "Runs")
  const agents = [file, top, ...sections.values()].flatMap((scope) => scope.entries.get(agent.name) ?? [])
  if (input.embeddedAgent) {
    for (const { path } of agents) {
      report.problem(path, "is set, but the program brings its own agent", "Take it out, or provide no AgentBridge")
    }
  }
  checkConflicts(built, report)
  if (input.dataDir === undefined) {
    report.outside("ZALO_EFFECT_DATA_DIR", "is not set, and there is no HOME to put data under", "Set it to a folder")
  }
  return {
    source: { file: input.file },
    apiUrl: apiUrl(environment, report),
    dataDir: input.dataDir ?? "",
    gateway: yield* gatewaySettings(file, input.flags, input.secrets, store, report),
    store,
    logging: yield* loggingSettings(file, report),
    telemetry: yield* telemetrySettings(file, input.secrets, report),
    retention,
    accounts: running.map((account) => account.settings),
    disabled: only(built, "Disabled").map(({ account }) => account),
    unavailable: only(built, "Unavailable").map(({ account }) => account),
    defaultAccount: defaultOf(top, Array.from(sections.keys()), report),
    tokenFrom: new Map(running.map(({ identity }) => [identity.id, identity.tokenFrom])),
    agentConfigured: agents.length > 0,
    warnings: report.warnings()
  }
})
