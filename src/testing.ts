/**
 * The test kit: somebody's bot on an emulated Zalo, on virtual time, without a network. For test runners on Node.
 *
 * @module
 */

// Commonly used

/** A gateway under test: `Effect.provide(TestGateway.layer({ dmPolicy: "pairing" }))`. */
export * as TestGateway from "./testing/TestGateway.ts"
export { FakeZalo, type FakeChat, type FakeGroup, type FakeUser, type Sendable } from "./sandbox/FakeZalo.ts"
export { pairingCode } from "./testing/pairingCode.ts"

// The Zalo itself: faults, switches, what was called

export { EmulatedZalo, type BotOptions, type EmulatedZaloOptions } from "./sandbox/Zalo.ts"
export { Fault, Switches, defaultSwitches } from "./sandbox/settings.ts"
export type { Answer, Call, ChatMessage, Delivery, EmulatedBot, EmulatedGroup, EmulatedUser } from "./sandbox/model.ts"
export type { Inject, PhotoFetch, SandboxEvent, Written } from "./sandbox/model.ts"

// For other clients of the Bot API: the same Zalo without a gateway

export { botApiOrigin, layerInProcess } from "./sandbox/inProcess.ts"
export { Network, NetworkFailure, type App } from "./sandbox/Network.ts"
