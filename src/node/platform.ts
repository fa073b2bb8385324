import * as NodeChildProcessSpawner from "@effect/platform-node/NodeChildProcessSpawner"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import type * as Digest from "effect/crypto/Digest"
import type * as SecureRandom from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import { HttpClient } from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type * as Path from "effect/Path"
import type { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import type { SecretFiles } from "../gateway/config/SecretFiles.ts"
import { HttpClients } from "../gateway/HttpClients.ts"
import * as httpClient from "./http-client.ts"
import { layerSecretFiles } from "./secret-files.ts"

/** What of Node the gateway needs, whichever way it is run. */
export const layerPlatform: Layer.Layer<
  | FileSystem.FileSystem
  | Path.Path
  | SecretFiles
  | HttpClient
  | ChildProcessSpawner
  | Digest.Digest
  | SecureRandom.SecureRandom
> = Layer.mergeAll(
  layerSecretFiles,
  httpClient.layer,
  NodeCrypto.layerDigest,
  NodeCrypto.layerSecureRandom,
  NodeChildProcessSpawner.layer.pipe(Layer.provideMerge(Layer.merge(NodeFileSystem.layer, NodePath.layer)))
)

/** Directly through the shared client; a proxy gets one of its own. */
export const layerHttpClients: Layer.Layer<HttpClients, never, HttpClient> = Layer.effect(
  HttpClients,
  Effect.map(HttpClient, (direct) => ({
    through: (proxy) =>
      proxy === undefined
        ? Effect.succeed(direct)
        : Effect.flatMap(Layer.build(Layer.orDie(httpClient.layerProxy(proxy))), (context) =>
            Effect.provideContext(HttpClient, context)
          )
  }))
)
