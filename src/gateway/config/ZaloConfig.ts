import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type * as Path from "effect/Path"
import type * as Stream from "effect/Stream"
import type { ConfigStanding } from "./ConfigStanding.ts"
import { checkConfig, checkValue, type FileOptions, type LoadOptions } from "./load.ts"
import { makeLive } from "./live.ts"
import { type Noted, notingFiles, notingSecrets } from "./noting.ts"
import type { ConfigError } from "./problems.ts"
import type { SecretFiles } from "./SecretFiles.ts"
import type { Settings } from "./Settings.ts"

/**
 * The decoded, merged configuration. It is complete: what cannot be used fails the layer, before anything starts.
 *
 * It changes while a gateway runs. Each property tells what is in force when it is read, so whoever reads one at the time of use
 * needs nothing else; `current` gives all of them as of one moment.
 */
export class ZaloConfig extends Context.Service<
  ZaloConfig,
  Settings & {
    readonly current: Effect.Effect<Settings>
    /** What is in force, and each later configuration that differs from it. */
    readonly changes: Stream.Stream<Settings>
    /**
     * Reads the configuration again. One that cannot be used changes nothing: the last good one stays in force, and the log
     * names what is wrong, once.
     */
    readonly reload: Effect.Effect<ConfigStanding>
    readonly standing: Effect.Effect<ConfigStanding>
    /** How the configuration stands, now and whenever that changes. */
    readonly standings: Stream.Stream<ConfigStanding>
    /** The files that it was last looked for in, secrets included; some may not exist. */
    readonly files: Effect.Effect<ReadonlyArray<string>>
  }
>()("zalo-effect/gateway/ZaloConfig") {
  /**
   * From a value in the form of the file, for embedding. The environment counts here too (`ZALO_BOT_TOKEN` makes the account
   * `default`): provide an empty `ConfigProvider` where it must not.
   */
  static readonly layer = (
    value: Readonly<Record<string, unknown>>,
    options?: LoadOptions
  ): Layer.Layer<ZaloConfig, ConfigError, Path.Path | SecretFiles> =>
    this.layerChecked(notingSecrets(checkValue(value, options)))

  /** From `--config`, `$ZALO_EFFECT_CONFIG`, or one of the usual places; without any, from the environment alone. */
  static readonly layerConfig = (
    options?: FileOptions
  ): Layer.Layer<ZaloConfig, ConfigError, FileSystem.FileSystem | Path.Path | SecretFiles> =>
    this.layerChecked(notingFiles(checkConfig(options)))

  /** From wherever `check` takes it; it is run again at each reload. */
  static readonly layerChecked = <R>(check: Effect.Effect<Noted, never, R>): Layer.Layer<ZaloConfig, ConfigError, R> =>
    Layer.effect(ZaloConfig, Effect.map(makeLive(check), ZaloConfig.of))
}
