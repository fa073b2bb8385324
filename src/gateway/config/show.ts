import type * as Redacted from "effect/Redacted"
import type { AccountSettings, AgentConfig, Transport } from "../../domain/Account.ts"
import type { AccessPolicy } from "../../domain/Policy.ts"
import { showCluster } from "./cluster.ts"
import { shownProactive } from "./proactive.ts"
import { showLogging } from "./logging.ts"
import { durationText } from "./recipe/duration.ts"
import type { IdleAccount, Settings } from "./Settings.ts"
import { showStore } from "./store.ts"
import { showTelemetry } from "./telemetry.ts"

/** Plain data for `config show`: JSON without one secret in it. */
export type Shown = {
  readonly [key: string]: Shown | ReadonlyArray<Shown> | ReadonlyArray<string> | string | number | boolean | null
}

/** Whatever a secret is, this is what is shown of it. */
const hidden = "***"
const hide = (secret: Redacted.Redacted | undefined): string | null => (secret === undefined ? null : hidden)

// A query or a user name in an address is where people put tokens.
/** An address as it may be shown. */
export const address = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined) return text
  const user = url.username === "" && url.password === "" ? "" : `${hidden}@`
  return `${url.protocol}//${user}${url.host}${url.pathname}${url.search === "" ? "" : `?${hidden}`}`
}

const transport = (of: Transport): Shown =>
  of._tag === "Polling"
    ? { type: "polling" }
    : { type: "webhook", url: address(of.url), path: of.path, secret: hide(of.secret) }

const headers = (of: Readonly<Record<string, unknown>>): Shown =>
  Object.fromEntries(Object.keys(of).map((name) => [name, hidden]))

const agent = (of: AgentConfig): Shown => {
  switch (of.type) {
    case "command":
      return { type: of.type, command: of.command, mode: of.mode, timeout: durationText(of.timeout) }
    case "http":
      return {
        type: of.type,
        url: address(of.url),
        headers: headers(of.headers),
        async: of.async,
        timeout: durationText(of.timeout)
      }
    case "openai":
      return {
        type: of.type,
        baseUrl: address(of.baseUrl),
        apiKey: hide(of.apiKey),
        model: of.model,
        instructions: of.instructions ?? null,
        temperature: of.temperature ?? null,
        maxTokens: of.maxTokens ?? null,
        headers: headers(of.headers),
        timeout: durationText(of.timeout),
        idleTimeout: durationText(of.idleTimeout),
        history: { messages: of.history.messages, tokens: of.history.tokens },
        images: of.images,
        sendSession: of.sendSession
      }
    default:
      return { type: of.type }
  }
}

const access = (of: AccessPolicy): Shown => ({
  dmPolicy: of.dmPolicy,
  allowFrom: of.allowFrom,
  groupPolicy: of.groupPolicy,
  groupAllowFrom: of.groupAllowFrom,
  groups: { requireMention: of.requireMention },
  pairing: {
    ttl: durationText(of.pairing.ttl),
    maxPending: of.pairing.maxPending,
    owners: of.pairing.owners,
    replay: of.pairing.replay
  }
})

const account = (of: AccountSettings, tokenFrom: string): Shown => ({
  id: of.id,
  name: of.name ?? null,
  enabled: true,
  bot: of.botId,
  token: hide(of.token),
  tokenFrom,
  transport: transport(of.transport),
  proxy: hide(of.proxy),
  ...access(of.access),
  throttle:
    of.throttle === undefined
      ? null
      : { messages: of.throttle.messages, per: durationText(of.throttle.per), notice: of.throttle.notice },
  agent: agent(of.agent),
  session: { dmScope: of.dmScope, resetTriggers: of.resetTriggers },
  turns: {
    mode: of.turns.mode,
    queue: { cap: of.turns.queue.cap ?? null, drop: of.turns.queue.drop },
    attempts: of.turns.attempts,
    notice: of.turns.notice,
    window: durationText(of.turns.window),
    maxAge: durationText(of.turns.maxAge)
  },
  handoff: {
    ...of.handoff,
    resumeAfter: of.handoff.resumeAfter === undefined ? "none" : durationText(of.handoff.resumeAfter)
  },
  streaming: of.streaming,
  quota: of.quota ?? 0,
  outbox: { maxAge: durationText(of.outbox.maxAge) },
  onUnknown: of.onUnknown,
  language: of.language,
  mediaMaxMb: of.mediaMaxBytes / 1_048_576,
  media: {
    ttl: durationText(of.media.ttl),
    hostTtl: durationText(of.media.hostTtl),
    allowHosts: of.media.allowHosts,
    allowRanges: of.media.allowRanges,
    publicUrl: of.media.publicUrl ?? null
  },
  textChunkLimit: of.textChunkLimit,
  chunkMode: of.chunkMode,
  render: of.render,
  markdown: { tables: of.markdown.tables, filterArtifacts: of.markdown.filterArtifacts },
  responsePrefix: of.responsePrefix ?? null,
  proactive: shownProactive(of.proactive)
})

const idle = (of: IdleAccount, enabled: boolean): Shown => ({
  id: of.id,
  name: of.name ?? null,
  enabled,
  reason: of.reason,
  transport: { type: of.transport },
  ...access(of.access)
})

/** The effective configuration as `config show` prints it: durations as they are written, secrets as `***`. */
export const show = (settings: Settings): Shown => ({
  file: settings.source.file ?? null,
  dataDir: settings.dataDir,
  apiUrl: settings.apiUrl,
  gateway: {
    host: settings.gateway.host,
    port: settings.gateway.port,
    token: hide(settings.gateway.token),
    trustedProxies: settings.gateway.trustedProxies,
    stopLimit: durationText(settings.gateway.stopLimit),
    webhookBody: {
      maxBytes: settings.gateway.webhookBody.maxBytes,
      timeout: durationText(settings.gateway.webhookBody.timeout)
    },
    cluster: showCluster(settings.gateway.cluster)
  },
  store: showStore(settings.store),
  logging: showLogging(settings.logging),
  telemetry: showTelemetry(settings.telemetry),
  retention: {
    done: durationText(settings.retention.done),
    dead: settings.retention.dead === undefined ? null : durationText(settings.retention.dead)
  },
  defaultAccount: settings.defaultAccount,
  accounts: [
    ...settings.accounts.map((of) => account(of, settings.tokenFrom.get(of.id) ?? "")),
    ...settings.unavailable.map((of) => idle(of, true)),
    ...settings.disabled.map((of) => idle(of, false))
  ]
})
