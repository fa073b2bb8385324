/**
 * What needs Node: the whole gateway as a layer, and the pieces of it for programs that put one together themselves.
 *
 * @module
 */

// Commonly used

/**
 * The whole gateway as one layer: `NodeGateway.layerConfig().pipe(Layer.provide(agent), Layer.launch, NodeRuntime.runMain)`.
 */
export * as NodeGateway from "./node/NodeGateway.ts"

// What agents and tests of an embedding program need of Node

export { layer as layerHttpClient, layerProxy, ProxyError } from "./node/http-client.ts"
export { layerPlatform } from "./node/platform.ts"
export { serveEmulator, type EmulatorServerOptions, type ServedEmulator } from "./node/sandbox-server.ts"

// Observing

export { layerTelemetry } from "./node/telemetry/layer.ts"

// Internals: for a gateway put together in another way

export { layerGateway, layerRoutes, layerServed, layerServer } from "./node/gateway.ts"
export { layerHttpClients } from "./node/platform.ts"
export { layer as layerLeases } from "./node/leases.ts"
export { layer as layerMediaClient } from "./node/media-client.ts"
export { layerSqlite, type StoreOptions } from "./node/store.ts"
export { layerSecretFiles } from "./node/secret-files.ts"
