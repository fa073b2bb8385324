import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import type { AccountId } from "../domain/ids.ts"
import type * as Duration from "effect/Duration"
import type { OnAdmitted } from "./admit.ts"
import { comparablePath } from "./path.ts"
import { type SecretCheck, secretCheck } from "./secret.ts"

/** One account's webhook. Several may share a path: their secrets tell them apart. */
export interface WebhookTarget {
  readonly account: AccountId
  /** The path here, which a proxy may have changed from the one that Zalo was told. */
  readonly path: string
  readonly secret: Redacted.Redacted
  readonly onAdmitted: OnAdmitted
  readonly retention?: Duration.Duration | undefined
}

export interface ListeningTarget extends WebhookTarget {
  readonly isSecret: SecretCheck
}

/** Which webhooks are served now. The route looks here at each request, so accounts come and go while the server stands. */
export class WebhookTargets extends Context.Service<
  WebhookTargets,
  {
    /** Serves a webhook until the scope closes. */
    add(target: WebhookTarget): Effect.Effect<void, never, Scope.Scope>
    /** The webhooks under the path of a request's URL. Plain, since it is asked at each request. */
    find(url: string): ReadonlyArray<ListeningTarget> | undefined
  }
>()("zalo-effect/updates/WebhookTargets") {
  static readonly layer: Layer.Layer<WebhookTargets> = Layer.sync(WebhookTargets, () => {
    const byPath = new Map<string, ReadonlyArray<ListeningTarget>>()

    const remove = (path: string, target: ListeningTarget) => {
      const rest = (byPath.get(path) ?? []).filter((other) => other !== target)
      if (rest.length === 0) byPath.delete(path)
      else byPath.set(path, rest)
    }

    return WebhookTargets.of({
      add: (target) => {
        const path = comparablePath(target.path)
        return Effect.asVoid(
          Effect.acquireRelease(
            Effect.sync(() => {
              const listening = { ...target, isSecret: secretCheck(Redacted.value(target.secret)) }
              byPath.set(path, [...(byPath.get(path) ?? []), listening])
              return listening
            }),
            (listening) => Effect.sync(() => remove(path, listening))
          )
        )
      },
      // Zalo asks for the path as it was told: nearly always the first look finds it.
      find: (url) => byPath.get(url) ?? byPath.get(comparablePath(url))
    })
  })
}
