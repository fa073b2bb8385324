import type { Digest } from "effect/crypto/Digest"
import type { SecureRandom } from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import type { FileSystem } from "effect/FileSystem"
import type { HttpRouter } from "effect/http/HttpRouter"
import * as Layer from "effect/Layer"
import * as Path from "effect/Path"
import type { Journal } from "../journal/Journal.ts"
import type { GuardedClient } from "../media/GuardedClient.ts"
import { hostAndPort } from "../media/guard.ts"
import { HostedMedia } from "../media/HostedMedia.ts"
import { Media } from "../media/Media.ts"
import { MediaPlace } from "../media/MediaPlace.ts"
import { hostingPaths } from "../media/publicBase.ts"
import type { Resolver } from "../media/Resolver.ts"
import * as routes from "../media/routes.ts"
import { sweepReceived } from "../media/sweep.ts"
import { zaloApiUrl } from "./config/apiUrl.ts"
import { ZaloConfig } from "./config/ZaloConfig.ts"

const sweepEvery = "10 minutes"

const layerPlace: Layer.Layer<MediaPlace, never, ZaloConfig | Path.Path> = Layer.effect(
  MediaPlace,
  Effect.gen(function* () {
    const { apiUrl, dataDir } = yield* ZaloConfig
    const path = yield* Path.Path
    return {
      folder: path.resolve(dataDir, "media"),
      trusted: apiUrl === zaloApiUrl ? undefined : hostAndPort(new URL(apiUrl))
    }
  })
)

type Needs = ZaloConfig | Journal | FileSystem | Path.Path | Digest | SecureRandom | Resolver | GuardedClient

/** Pictures and voices in and out, in the data directory. */
export const layerMedia: Layer.Layer<Media | HostedMedia | MediaPlace, never, Needs> = Media.layer.pipe(
  Layer.provideMerge(HostedMedia.layer),
  Layer.provideMerge(layerPlace)
)

/** Removes files whose time has come, for as long as a gateway runs. */
export const layerMediaSweep: Layer.Layer<
  never,
  never,
  ZaloConfig | HostedMedia | MediaPlace | FileSystem | Path.Path
> = Layer.effectDiscard(
  Effect.gen(function* () {
    const config = yield* ZaloConfig
    const hosted = yield* HostedMedia
    const once = Effect.andThen(
      Effect.suspend(() => Effect.forEach(config.accounts, sweepReceived, { discard: true })),
      hosted.sweep.pipe(Effect.catch((error) => Effect.logWarning(error.message)))
    )
    yield* Effect.andThen(once, Effect.sleep(sweepEvery)).pipe(
      Effect.forever,
      Effect.withTracerEnabled(false),
      Effect.forkScoped
    )
  })
)

/**
 * `<webhookPath>/media/…` of every account that has a public address, as they are at each request. An address that was given to
 * Zalo stays good when the path changes.
 */
export const layerMediaRoutes: Layer.Layer<never, never, HttpRouter | HostedMedia | FileSystem | ZaloConfig> =
  Layer.unwrap(
    Effect.map(ZaloConfig, (config) => {
      const known = new Set<string>()
      return routes.layer(() => {
        for (const path of hostingPaths(config.accounts)) known.add(path)
        return Array.from(known)
      })
    })
  )
