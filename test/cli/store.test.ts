import { assert, it } from "@effect/vitest"
import * as NodePath from "@effect/platform-node/NodePath"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as FastCheck from "fast-check"
import { environment } from "../../src/gateway/config/environment.ts"
import { dataDir as configured } from "../../src/gateway/config/locate.ts"
import * as gateway from "../../src/gateway/layers.ts"
import { latest } from "../../src/journal/store.ts"
import { dataDir } from "../../src/main/data-dir.ts"
import * as cli from "../../src/main/store.ts"

it("the commands know the same schema as the gateway", () => {
  assert.strictEqual(cli.version, latest(gateway.migrations))
})

it.effect("the commands look for the store where the configuration puts it", () =>
  Effect.promise(() => {
    const place = FastCheck.option(FastCheck.constantFrom("", "/data", "/data/", "relative/place", "~/place", "."), {
      nil: undefined
    })
    const environments = FastCheck.record({ HOME: place, XDG_DATA_HOME: place, ZALO_EFFECT_DATA_DIR: place })
    return FastCheck.assert(
      FastCheck.asyncProperty(environments, async (given) => {
        const env = Object.fromEntries(
          Object.entries(given).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]))
        )
        const provider = ConfigProvider.fromEnv({ env })
        const expected = await Effect.runPromise(
          Effect.flatMap(environment, configured).pipe(
            Effect.provideService(ConfigProvider.ConfigProvider, provider),
            Effect.provide(NodePath.layer)
          )
        )
        assert.strictEqual(dataDir(env), expected)
      })
    )
  })
)
