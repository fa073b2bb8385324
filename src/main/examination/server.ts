import * as Effect from "effect/Effect"
import { HttpClient } from "effect/http/HttpClient"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { ServerFacts } from "../../gateway/doctor/facts.ts"
import type { GatewaySettings } from "../../gateway/config/Settings.ts"

const patience = "3 seconds"

const isHealth = Schema.is(Schema.Struct({ ok: Schema.Literal(true) }))

/** An address to listen on is not always one to call. */
const callable = (host: string): string => {
  if (host === "0.0.0.0" || host === "") return "127.0.0.1"
  if (host === "::") return "[::1]"
  return host.includes(":") ? `[${host}]` : host
}

/** What answers where the gateway should. A refused connection is nothing; whatever says something else is another program. */
export const serverFacts = Effect.fnUntraced(function* ({
  host,
  port
}: Pick<GatewaySettings, "host" | "port">): Effect.fn.Return<ServerFacts, never, HttpClient> {
  const client = yield* HttpClient
  const address = `${host}:${port}`
  const asked = client.get(`http://${callable(host)}:${port}/healthz`).pipe(
    Effect.flatMap((response) =>
      Effect.match(response.json, {
        onSuccess: (body) => (response.status === 200 && isHealth(body) ? ("gateway" as const) : ("other" as const)),
        onFailure: () => "other" as const
      })
    ),
    Effect.timeoutOption(patience),
    // Silence on an open port is somebody's, too.
    Effect.map(Option.getOrElse(() => "other" as const)),
    Effect.catch(() => Effect.succeed("nothing" as const))
  )
  return { address, answers: yield* asked }
})
