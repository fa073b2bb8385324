import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import type { ConfigStanding } from "../../gateway/config/ConfigStanding.ts"
import { ConfigProblem } from "../../gateway/config/problems.ts"
import { ZaloConfig } from "../../gateway/config/ZaloConfig.ts"
import { maybeTime, text, time } from "./fields.ts"
import { Authorized, Readable, reading } from "./guards.ts"

const Standing = Schema.Struct({
  /** What is written is in force, but for `restart`. */
  ok: Schema.Boolean,
  file: text,
  problems: Schema.Array(ConfigProblem),
  /** Since when there are problems. */
  since: maybeTime,
  /** Keys whose new value is taken up by a restart only. */
  restart: Schema.Array(Schema.String),
  /** When what is in force was read. */
  loadedAt: time
}).annotate({ identifier: "ConfigStanding" })

export const configGroup = HttpApiGroup.make("config")
  .add(
    HttpApiEndpoint.get("standing", "/config", { success: Standing }).annotate(
      OpenApi.Summary,
      "How the configuration that is written stands to what is in force"
    ),
    HttpApiEndpoint.post("reload", "/config/reload", { success: Standing }).annotateMerge(
      OpenApi.annotations({
        summary: "Read the configuration again, now",
        description: "One that cannot be used changes nothing: `ok` is false then, and `problems` says why."
      })
    )
  )
  .annotateMerge(reading)
  .prefix("/v1")
  .middleware(Readable)
  .middleware(Authorized)

const api = HttpApi.make("zalo-effect").add(configGroup)

const iso = (millis: number): string => DateTime.formatIso(DateTime.makeUnsafe(millis))

export const configHandlers = HttpApiBuilder.group(
  api,
  "config",
  Effect.fnUntraced(function* (handlers) {
    const config = yield* ZaloConfig
    const shown = ({ loadedAt, problems, restart, since }: ConfigStanding) => ({
      ok: problems.length === 0,
      file: config.source.file ?? null,
      problems,
      since: since === null ? null : iso(since),
      restart,
      loadedAt: iso(loadedAt)
    })
    return handlers.handleAll({
      standing: () => Effect.map(config.standing, shown),
      reload: () => Effect.map(config.reload, shown)
    })
  })
)
