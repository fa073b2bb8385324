/**
 * Zalo bots and agents as layers. Portable: nothing here needs Node; `zalo-effect/node` has what does.
 *
 * @module
 */

// Commonly used: an agent, and what it is asked and answers

export { AgentBridge } from "./agent/AgentBridge.ts"
export { AgentError, AgentReason } from "./agent/AgentError.ts"
export type { CommandOptions } from "./agent/command.ts"
export type { FunctionAnswer, FunctionOptions } from "./agent/function.ts"
export type { HttpOptions } from "./agent/http.ts"
export type { ModelOptions } from "./agent/model.ts"
export type { OpenAiOptions } from "./agent/openai.ts"
export type { HistoryBudget } from "./agent/conversation.ts"
export { CurrentTurn } from "./agent/CurrentTurn.ts"
export { History, type HistoryMessage } from "./agent/History.ts"
export { PendingReplies } from "./agent/PendingReplies.ts"
export { ReplyPart } from "./domain/Reply.ts"
export { MessageKind, Turn, TurnMedia } from "./domain/Turn.ts"

// Commonly used: the gateway, its configuration, and who may talk

export { AuditAction, AuditEntry, AuditWay } from "./access/audit.ts"
export type { GrantEntry, ImportCounts } from "./access/imports.ts"
export { Pairing, type Approved, type AuditOptions, type Decided } from "./access/Pairing.ts"
export { PairingError, PairingReason } from "./access/PairingError.ts"
export { Block, Grant, Overflow, PairingRequest } from "./access/records.ts"
export { AccountReport, AccountTrouble } from "./gateway/AccountReport.ts"
export { ConfigStanding } from "./gateway/config/ConfigStanding.ts"
export type { FileOptions, LoadOptions } from "./gateway/config/load.ts"
export { ConfigError, ConfigProblem, formatProblem } from "./gateway/config/problems.ts"
export type { GatewaySettings, IdleAccount, Settings } from "./gateway/config/Settings.ts"
export { ZaloConfig } from "./gateway/config/ZaloConfig.ts"
export { Gateway } from "./gateway/Gateway.ts"

// Less common: the Bot API by itself

export type { ZaloApiOptions } from "./zalo/client.ts"
export { ZaloApi } from "./zalo/ZaloApi.ts"
export { ZaloError, ZaloReason, type Allows } from "./zalo/ZaloError.ts"
export { Bot, Sent, Verification, WebhookInfo, WebhookSet } from "./zalo/wire.ts"

// Less common: replies as messages

export { chunks, chunkText, maxTextLength, type Chunk } from "./render/chunk.ts"
export { chunkStyled } from "./render/chunkStyled.ts"
export { markdown, type MarkdownOptions } from "./render/markdown.ts"
export { render, type RenderOptions } from "./render/messages.ts"
export { OutboundPayload, TextStyle } from "./domain/Reply.ts"
export type { Bounds, Range, StyledText } from "./render/StyledText.ts"

// Less common: the domain's data

export type {
  AccountSettings,
  AgentConfig,
  ChunkMode,
  DmScope,
  RenderMode,
  TableMode,
  Transport
} from "./domain/Account.ts"
export { AccountId, ChatId, MessageId, SenderId, TurnId, turnId, type LaneKey } from "./domain/ids.ts"
export type { AccessPolicy, DmPolicy, GroupPolicy, Language } from "./domain/Policy.ts"
export { InboxReason, InboxState, OutboxOrigin, OutboxReason, OutboxState, UpdateSource } from "./domain/reasons.ts"
export { ChatType, Content, InboundMessage } from "./domain/Update.ts"
export { Verdict } from "./domain/Verdict.ts"

// Internals: the rooms of a gateway, for one that is put together in another way. They may change in any release

export { AccessPolicies, type AccountAccess } from "./access/AccessPolicies.ts"
export { Gate } from "./access/Gate.ts"
export { PairingRepo } from "./access/PairingRepo.ts"
export { SecretFiles } from "./gateway/config/SecretFiles.ts"
export { HttpClients } from "./gateway/HttpClients.ts"
export { layerPipeline, layerStore, migrations } from "./gateway/layers.ts"
export { layerMedia, layerMediaRoutes } from "./gateway/media.ts"
export { LeaseHeld, Leases, LeaseUnavailable } from "./gateway/Leases.ts"
export { layerPairing } from "./gateway/pairing.ts"
export { layerQueue } from "./gateway/queue/layer.ts"
export { CommandPrefix, RunningAccounts } from "./gateway/RunningAccounts.ts"
export { AccountState } from "./journal/AccountState.ts"
export { GatewayState } from "./journal/state/GatewayState.ts"
export type { ChatRow, ListedChat } from "./journal/chats/ChatRow.ts"
export { Chats } from "./journal/chats/Chats.ts"
export { Inbox } from "./journal/Inbox.ts"
export { Journal, JournalError } from "./journal/Journal.ts"
export { Outbox } from "./journal/Outbox.ts"
export { Queue, type Repaired, type Resolution } from "./journal/queue/Queue.ts"
export { QueueError } from "./journal/queue/QueueError.ts"
export { GuardedClient, type GuardedRequest } from "./media/GuardedClient.ts"
export { HostedMedia } from "./media/HostedMedia.ts"
export { Media } from "./media/Media.ts"
export { MediaError } from "./media/MediaError.ts"
export { MediaPlace } from "./media/MediaPlace.ts"
export { ResolveError, Resolver } from "./media/Resolver.ts"
export { Accounts, type AccountRuntime } from "./pipeline/Accounts.ts"
export { Handoffs } from "./pipeline/Handoffs.ts"
export { Instance } from "./pipeline/Instance.ts"
export { Lanes } from "./pipeline/Lanes.ts"
export { Pipeline } from "./pipeline/Pipeline.ts"
export { SendLanes } from "./pipeline/SendLanes.ts"
export { TurnWakes } from "./pipeline/TurnWakes.ts"
export { WebhookTargets } from "./updates/WebhookTargets.ts"
