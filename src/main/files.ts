import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type * as Path from "effect/Path"
import type { SecretFiles } from "../gateway/config/SecretFiles.ts"
import { layerSecretFiles } from "../node/secret-files.ts"

/** Files, paths and secret files of this machine. */
export const layer: Layer.Layer<FileSystem.FileSystem | Path.Path | SecretFiles> = Layer.mergeAll(
  NodeFileSystem.layer,
  NodePath.layer,
  layerSecretFiles
)
