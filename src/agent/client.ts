import * as Effect from "effect/Effect"
import * as Function from "effect/Function"
import * as HttpClient from "effect/http/HttpClient"
import * as Redacted from "effect/Redacted"

/**
 * A client whose exchange ends with its scope, so that an answer that nobody reads holds no socket, and that records no span of
 * its own: the address may hold a secret in its path.
 */
export const quiet = (network: HttpClient.HttpClient) =>
  network.pipe(
    HttpClient.withScope,
    HttpClient.transformResponse(Effect.provideService(HttpClient.TracerDisabledWhen, Function.constTrue))
  )

/** Headers as they are configured: secret or not. */
export type ConfiguredHeaders = Readonly<Record<string, string | Redacted.Redacted>>

/** Headers as they are sent. */
export const plainHeaders = (headers: ConfiguredHeaders = {}): ReadonlyArray<readonly [string, string]> =>
  Object.entries(headers).map(([name, value]) => [name, Redacted.isRedacted(value) ? Redacted.value(value) : value])
