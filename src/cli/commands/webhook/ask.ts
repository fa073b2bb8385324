import * as Effect from "effect/Effect"
import { account, config } from "../../flags.ts"
import { Operations } from "../../Operations.ts"
import type { Args } from "../../Param.ts"
import { Platform } from "../../Platform.ts"
import type { WebhookAction, WebhookResult } from "../../webhookOperations.ts"

/** Has the runtime do it for the account that is meant. */
export const webhookDesk = Effect.fnUntraced(function* (args: Args, action: WebhookAction) {
  const { operations } = yield* Platform
  return yield* Operations.use((does) =>
    does.webhook({ config: { file: config.read(args) }, account: account.read(args), action })
  ).pipe(Effect.provide(operations))
})

/** A result of another kind cannot come; it would say nothing. */
export const only = <T extends WebhookResult["_tag"]>(
  result: WebhookResult,
  tag: T
): Effect.Effect<Extract<WebhookResult, { readonly _tag: T }>> => {
  const is = (one: WebhookResult): one is Extract<WebhookResult, { readonly _tag: T }> => one._tag === tag
  return is(result) ? Effect.succeed(result) : Effect.die(new Error(`${result._tag} instead of ${tag}`))
}
