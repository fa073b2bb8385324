import * as Context from "effect/Context"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type * as Path from "effect/Path"
import { checkConfig, checkValue, type FileOptions, type LoadOptions, orFail } from "./load.ts"
import type { ConfigError } from "./problems.ts"
import type { SecretFiles } from "./SecretFiles.ts"
import type { Settings } from "./Settings.ts"

/** The decoded, merged configuration. It is complete: what cannot be used fails the layer, before anything starts. */
export class ZaloConfig extends Context.Service<ZaloConfig, Settings>()("zalo-effect/gateway/ZaloConfig") {
  /**
   * From a value in the form of the file, for embedding. The environment counts here too (`ZALO_BOT_TOKEN` makes the account
   * `default`): provide an empty `ConfigProvider` where it must not.
   */
  static readonly layer = (
    value: Readonly<Record<string, unknown>>,
    options?: LoadOptions
  ): Layer.Layer<ZaloConfig, ConfigError, Path.Path | SecretFiles> =>
    Layer.effect(ZaloConfig, orFail(checkValue(value, options)))

  /** From `--config`, `$ZALO_EFFECT_CONFIG`, or one of the usual places; without any, from the environment alone. */
  static readonly layerConfig = (
    options?: FileOptions
  ): Layer.Layer<ZaloConfig, ConfigError, FileSystem.FileSystem | Path.Path | SecretFiles> =>
    Layer.effect(ZaloConfig, orFail(checkConfig(options)))
}
