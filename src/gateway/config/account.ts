import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { AccountSettings, DmScope } from "../../domain/Account.ts"
import type { AccountId } from "../../domain/ids.ts"
import type { GroupPolicy } from "../../domain/Policy.ts"
import { accessPolicy, checkAccess } from "./access.ts"
import { agentOf, type AgentState } from "./agents.ts"
import type { Environment } from "./environment.ts"
import { handoffSettings } from "./handoff.ts"
import { mediaSettings } from "./media.ts"
import { type KeyPath, keyText } from "./path.ts"
import { proactivePolicy } from "./proactive.ts"
import * as recipe from "./recipe/account.ts"
import { agent as agentSection } from "./recipe/agent.ts"
import { accounts, defaultAccount } from "./recipe/file.ts"
import type { Report } from "./report.ts"
import { type Scope, find, get, has, inner, merge } from "./scope.ts"
import type { IdleAccount } from "./Settings.ts"
import type { SecretFiles } from "./SecretFiles.ts"
import { type Secrets, unavailable } from "./secrets.ts"
import { environmentToken, resolveToken } from "./tokens.ts"
import { throttleOf } from "./throttle.ts"
import { transportOf } from "./transport.ts"

/** Which bot an account is, and where that was said. */
export interface Identity {
  readonly id: AccountId
  readonly botId: string
  readonly tokenFrom: string
  readonly tokenPath: KeyPath
}

/** One account after the merge. `Wrong` has been told. */
export type Built =
  | {
      readonly _tag: "Runs"
      readonly settings: AccountSettings
      readonly identity: Identity
      readonly scope: Scope
    }
  | { readonly _tag: "Disabled"; readonly account: IdleAccount }
  | { readonly _tag: "Unavailable"; readonly account: IdleAccount }
  | { readonly _tag: "Wrong"; readonly identity?: Identity }

export interface AccountInput {
  readonly id: AccountId
  readonly own: Scope
  readonly top: Scope
  readonly fileAgent: Scope
  readonly groupPolicy: GroupPolicy | undefined
  readonly dmScope: DmScope
  readonly resetTriggers: ReadonlyArray<string>
  readonly retention: Duration.Duration
  readonly environment: Environment
  readonly secrets: "required" | "optional"
  readonly withoutAgents: boolean
  readonly place: (path: string) => string
  readonly report: Report
}

interface Lack {
  readonly path: KeyPath
  readonly message: string
  readonly remedy: string
}

const mebibyte = 1_048_576

const common = (id: AccountId, account: Scope, input: AccountInput) => {
  const access = accessPolicy(account, input.groupPolicy)
  const turns = inner(account, recipe.turns)
  const maxMb = get(account, recipe.mediaMaxMb) ?? 0
  const proxy = get(account, recipe.proxy)
  return {
    id,
    name: get(account, recipe.name),
    proxy: proxy === undefined ? undefined : Redacted.make(proxy.href, { label: "proxy" }),
    access,
    throttle: throttleOf(account),
    language: access.language,
    dmScope: input.dmScope,
    retention: input.retention,
    resetTriggers: input.resetTriggers,
    streaming: get(account, recipe.streaming) ?? "off",
    quota: quotaOf(get(account, recipe.quota)),
    turns: {
      mode: get(turns, recipe.turnMode) ?? "serial",
      window: get(turns, recipe.turnWindow) ?? Duration.seconds(2),
      queue: {
        cap: get(inner(turns, recipe.turnQueue), recipe.queueCap),
        drop: get(inner(turns, recipe.turnQueue), recipe.queueDrop) ?? "oldest"
      },
      attempts: get(turns, recipe.turnAttempts) ?? 8,
      maxAge: get(turns, recipe.turnMaxAge) ?? Duration.minutes(15),
      notice: get(turns, recipe.turnNotice) ?? true
    },
    handoff: handoffSettings(account),
    outbox: { maxAge: get(inner(account, recipe.outbox), recipe.outboxMaxAge) ?? Duration.hours(24) },
    onUnknown: get(account, recipe.onUnknown) ?? "resend",
    textChunkLimit: get(account, recipe.textChunkLimit) ?? 2_000,
    chunkMode: get(account, recipe.chunkMode) ?? "length",
    render: get(account, recipe.render) ?? "styles",
    markdown: {
      tables: get(inner(account, recipe.markdown), recipe.tables) ?? "code",
      filterArtifacts: get(inner(account, recipe.markdown), recipe.filterArtifacts) ?? true
    },
    responsePrefix: get(account, recipe.responsePrefix) || undefined,
    mediaMaxBytes: Math.floor((maxMb > 0 ? maxMb : 5) * mebibyte),
    media: mediaSettings(account, input.report),
    proactive: proactivePolicy(account, quotaOf(get(account, recipe.quota)), input.report)
  } as const
}

const noToken = (input: AccountInput): Lack => ({
  path: [...input.own.path, recipe.botToken.name],
  message: `is missing: account "${input.id}" is enabled and has no bot token`,
  remedy: `Set botToken or tokenFile${input.id === "default" ? ", or the variable ZALO_BOT_TOKEN" : ""}, or enabled: false`
})

const lost = ({ message, path, remedy }: Lack): Lack => ({ path, message: unavailable(message), remedy })

const unread = (account: Scope): boolean =>
  [recipe.botToken, recipe.tokenFile].some((key) => has(account, key) && find<unknown>(account, key) === undefined)

/** 3,000 a month is what the free plan has (`zalo-bot-api.md` §9). */
const quotaOf = (given: number | undefined): number | null => (given === 0 ? null : (given ?? 3_000))

const wrong: Built = { _tag: "Wrong" }

/** The part before the colon. Beyond that Zalo documents nothing (`zalo-bot-api.md` §2.1). */
const botIdOf = (token: string): string | undefined => /^([^\s/\\:]+):\S+$/.exec(token)?.[1]

const tell = (report: Report, lack: Lack) => {
  if (lack.path[0] === environmentToken) report.outside(environmentToken, lack.message, lack.remedy)
  else report.problem(lack.path, lack.message, lack.remedy)
}

/** Merges, reads and checks one account. Only an enabled one has its secrets looked up. */
export const buildAccount = Effect.fnUntraced(function* (
  input: AccountInput
): Effect.fn.Return<Built, never, SecretFiles | Secrets> {
  const { id, own, report, top } = input
  const account = merge(top, own, [accounts.name, defaultAccount.name])
  const shared = common(id, account, input)
  const idle = (reason: string): IdleAccount => ({
    id,
    name: shared.name,
    access: shared.access,
    language: shared.language,
    dmScope: shared.dmScope,
    onUnknown: shared.onUnknown,
    transport: get(account, recipe.webhookUrl) === undefined ? "polling" : "webhook",
    reason
  })
  const off = [find(top, recipe.enabled), find(account, recipe.enabled)].find((found) => found?.value === false)
  if (off !== undefined) return { _tag: "Disabled", account: idle(`switched off by ${keyText(off.path)}`) }

  checkAccess(account, shared.access, report)
  const transport = yield* transportOf(account, report)
  const asked = yield* agentOf(has(account, agentSection) ? inner(account, agentSection) : input.fileAgent)
  const agent: AgentState =
    asked._tag === "Unavailable" && input.withoutAgents ? { _tag: "Ready", agent: { type: "none" } } : asked
  const token = yield* resolveToken(input)

  const lacks: Array<Lack> = []
  if (token._tag === "Unavailable") lacks.push(lost(token))
  // A key of the wrong kind is told already.
  if (token._tag === "Missing" && !unread(account)) lacks.push(noToken(input))
  if (transport._tag === "Unavailable") lacks.push(lost(transport))
  if (agent._tag === "Unavailable") lacks.push(lost(agent))
  const [first] = lacks
  if (first !== undefined && input.secrets === "optional" && transport._tag !== "Wrong") {
    return { _tag: "Unavailable", account: idle(`${keyText(first.path)} ${first.message}`) }
  }
  for (const lack of lacks) tell(report, lack)

  if (token._tag !== "Available") return wrong
  const botId = botIdOf(Redacted.value(token.token))
  if (botId === undefined) {
    tell(report, {
      path: token.path,
      message: "is not a bot token: those read BOT_ID:SECRET",
      remedy: "Copy the token as Zalo Bot Creator sent it"
    })
    return wrong
  }
  const identity: Identity = { id, botId, tokenFrom: token.from, tokenPath: token.path }
  if (transport._tag !== "Ready" || agent._tag !== "Ready") return { _tag: "Wrong", identity }
  return {
    _tag: "Runs",
    settings: { ...shared, token: token.token, botId, transport: transport.transport, agent: agent.agent },
    identity,
    scope: account
  }
})
