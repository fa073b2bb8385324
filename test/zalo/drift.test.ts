import { assert, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { HttpClient, make } from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Redacted from "effect/Redacted"
import type { Drift } from "../../src/domain/Drift.ts"
import { AccountId } from "../../src/domain/ids.ts"
import { NoteDrift } from "../../src/zalo/drift.ts"
import { ZaloApi } from "../../src/zalo/ZaloApi.ts"
import { answering, token } from "./stub.ts"

const shop = AccountId.make("shop")

/** What is noted while a bot is refused with this code, by a send and by a poll. */
const noted = Effect.fnUntraced(function* (body: object, account: AccountId | undefined = shop) {
  const all: Array<Drift> = []
  const client = make((request) =>
    Effect.succeed(HttpClientResponse.fromWeb(request, new Response(JSON.stringify(body))))
  )
  const api = yield* ZaloApi.make({ token: Redacted.make(token), baseUrl: "https://zalo.test", account }).pipe(
    Effect.provideService(HttpClient, client)
  )
  const outcomes = yield* Effect.all([
    Effect.flip(api.sendMessage({ chat: "c", text: "t" })),
    Effect.flip(Effect.andThen(api.getUpdates(Duration.seconds(1)), Effect.fail("nothing new")))
  ]).pipe(Effect.provideService(NoteDrift, (drift) => Effect.sync(() => void all.push(drift))))
  return { all, outcomes }
})

it.effect("an error code that is not documented is noted with its method, and still fails the call", () =>
  Effect.gen(function* () {
    for (const code of [409, 461, 499, 500, 503, -13]) {
      const body = { ok: false, error_code: code, description: "something new" }
      const { all, outcomes } = yield* noted(body)
      const one = { account: shop, kind: "code" as const, seen: body }
      assert.deepStrictEqual(all, [
        { ...one, name: `sendMessage.${code}` },
        { ...one, name: `getUpdates.${code}` }
      ])
      for (const failure of outcomes) assert.propertyVal(failure, "_tag", "ZaloError")
    }
  })
)

it.effect("documented codes, pages and successes are not noted, and nothing is where nobody asked for it", () =>
  Effect.gen(function* () {
    for (const code of [400, 401, 403, 404, 408, 426, 429]) {
      assert.deepStrictEqual((yield* noted({ ok: false, error_code: code, description: "" })).all, [])
    }
    assert.deepStrictEqual((yield* noted({ some: "page" })).all, [])
    const api = yield* Effect.map(answering(200, { ok: false, error_code: 461 }), ({ api }) => api)
    const error = yield* Effect.flip(api.getMe).pipe(
      Effect.provideService(NoteDrift, () => Effect.die("nobody's account"))
    )
    assert.strictEqual(error.reason._tag, "InvalidRequest")
  })
)

it.effect("a poll that is refused because of a webhook is told as that, however it is worded", () =>
  Effect.gen(function* () {
    const body = { ok: false, error_code: 400, description: "Webhook is configured; delete it before using getUpdates" }
    const { api } = yield* answering(400, body)
    const poll = yield* Effect.flip(api.getUpdates(Duration.seconds(1)))
    assert.strictEqual(poll.reason._tag, "WebhookActive")
    // Elsewhere the word alone says nothing of what is set.
    const set = yield* Effect.flip(api.setWebhook({ url: "https://a.test", secret: Redacted.make("12345678") }))
    assert.strictEqual(set.reason._tag, "InvalidRequest")
  })
)
