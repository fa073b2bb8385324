import * as Effect from "effect/Effect"
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiClient from "effect/http-api/HttpApiClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { CommandFailed } from "../cli/errors.ts"
import type { ConfigChoice, Reloaded } from "../cli/Operations.ts"
import { checkConfig } from "../gateway/config/load.ts"
import { configGroup } from "../http/api/config.ts"
import { BadRequest, Unauthorized } from "../http/api/refusals.ts"
import { readGatewayFile } from "../node/gateway-file.ts"
import { layerPlatform } from "../node/platform.ts"
import { dataDir } from "./data-dir.ts"
import * as stderrLog from "./stderrLog.ts"

const patience = "30 seconds"

const api = HttpApi.make("zalo-effect").add(configGroup)

const failed = (code: string, message: string) => new CommandFailed({ code, message })

/** As the gateway knows it: what is configured (`gateway.token`), else the file that it made. */
const tokenOf = Effect.fnUntraced(function* (directory: string, choice: ConfigChoice) {
  const { config } = yield* checkConfig({ file: choice.file, secrets: "optional" })
  if (config?.gateway.token !== undefined) return config.gateway.token
  const file = join(directory, "admin-token")
  return yield* Effect.try({
    try: () => Redacted.make(readFileSync(file, "utf8").trim()),
    catch: () => failed("no-token", `${file} cannot be read: the gateway's user may`)
  })
})

/** `config reload`: asks the gateway of this data directory, through its own API, to read its configuration again. */
export const reload = (choice: ConfigChoice): Effect.Effect<Reloaded, CommandFailed> =>
  Effect.gen(function* () {
    const directory = dataDir(process.env) ?? "."
    const found = readGatewayFile(directory)
    if (Option.isNone(found)) {
      return yield* failed(
        "not-running",
        `no gateway runs on ${directory}: the next one reads the configuration as it is then`
      )
    }
    const { url } = found.value
    const token = yield* tokenOf(directory, choice)
    const client = yield* HttpApiClient.make(api, {
      baseUrl: url,
      transformClient: HttpClient.mapRequest(HttpClientRequest.bearerToken(token))
    })
    return yield* client.config.reload().pipe(
      Effect.mapError((error) =>
        error instanceof Unauthorized || error instanceof BadRequest
          ? failed(error.error.code, `the gateway at ${url} refused: ${error.error.message}`)
          : failed("no-answer", `the gateway at ${url} cannot be asked: ${error.message}`)
      ),
      Effect.timeoutOrElse({
        duration: patience,
        orElse: () => Effect.fail(failed("no-answer", `the gateway at ${url} does not answer`))
      })
    )
  }).pipe(Effect.scoped, Effect.provide([layerPlatform, stderrLog.layer]))
