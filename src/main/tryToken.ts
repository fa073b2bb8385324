import * as Effect from "effect/Effect"
import { HttpClient } from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type { TokenAnswer, TokenTry } from "../cli/setupOperations.ts"
import { apiUrl } from "../gateway/config/apiUrl.ts"
import { environment } from "../gateway/config/environment.ts"
import { makeReport } from "../gateway/config/report.ts"
import { HttpClients } from "../gateway/HttpClients.ts"
import { layerHttpClients, layerPlatform } from "../node/gateway.ts"
import { ZaloApi } from "../zalo/ZaloApi.ts"

/** Somebody waits at the terminal. */
const patience = "10 seconds"

/** `getMe` with a token that may not stand in any configuration yet. */
export const tryToken = ({ proxy, token }: TokenTry): Effect.Effect<TokenAnswer> =>
  Effect.gen(function* () {
    // A wrong ZALO_API_URL is told by every check of the configuration.
    const baseUrl = apiUrl(yield* environment, makeReport({ file: null, lines: new Map() }))
    const client = yield* HttpClients.use((clients) => clients.through(proxy))
    const api = yield* ZaloApi.make({ token, baseUrl }).pipe(Effect.provideService(HttpClient, client))
    return yield* api.getMe.pipe(
      Effect.map((bot): TokenAnswer => ({
        _tag: "Works",
        id: bot.id,
        name: bot.displayName ?? bot.accountName ?? bot.id
      })),
      Effect.catch((error) =>
        Effect.succeed<TokenAnswer>(
          error.reason._tag === "Unauthorized" ? { _tag: "Refused" } : { _tag: "NoAnswer", why: error.message }
        )
      ),
      Effect.timeoutOrElse({
        duration: patience,
        orElse: () => Effect.succeed<TokenAnswer>({ _tag: "NoAnswer", why: "no answer within 10 s" })
      })
    )
  }).pipe(Effect.scoped, Effect.provide(layerHttpClients.pipe(Layer.provideMerge(layerPlatform))))
