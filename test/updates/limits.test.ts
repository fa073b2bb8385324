import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { textEvent } from "./samples.ts"
import { ask, secret, served, target } from "./served.ts"
import { stored } from "./store.ts"

it.effect("a webhook takes bodies as large as it is told to, declared or not", () =>
  Effect.gen(function* () {
    yield* target()
    const body = (id: string, length: number) => {
      const start = JSON.stringify(textEvent(id))
      return start + " ".repeat(length - Buffer.byteLength(start))
    }
    const headers = { "content-type": "application/json", "x-bot-api-secret-token": secret }
    for (const chunked of [false, true]) {
      assert.strictEqual((yield* ask({ headers, body: body(`m-${chunked}`, 2_000), chunked })).status, 200)
      assert.strictEqual((yield* ask({ headers, body: body("larger", 2_001), chunked })).status, 413)
    }
  }).pipe(
    Effect.provide(served({ maxBody: 2_000 }).pipe(Layer.provideMerge(stored), Layer.provideMerge(Logger.layer([]))))
  )
)
