import { assert, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as PlatformError from "effect/PlatformError"
import * as ChildProcessSpawner from "effect/process/ChildProcessSpawner"
import { makeAgent } from "../../src/agent/config.ts"
import { PendingReplies } from "../../src/agent/PendingReplies.ts"
import type { AgentConfig } from "../../src/domain/Account.ts"
import { ask } from "./turn.ts"

const nothingStarts = Layer.succeed(
  ChildProcessSpawner.ChildProcessSpawner,
  ChildProcessSpawner.make(() =>
    Effect.fail(PlatformError.systemError({ _tag: "PermissionDenied", module: "ChildProcess", method: "spawn" }))
  )
)

const teapot = Layer.succeed(
  HttpClient.HttpClient,
  HttpClient.make((request) =>
    Effect.sync(() => HttpClientResponse.fromWeb(request, new Response("", { status: 418 })))
  )
)

const timeout = Duration.seconds(10)

const asked = (config: AgentConfig) =>
  Effect.flatMap(makeAgent(config), (bridge) => ask(bridge)).pipe(
    Effect.scoped,
    Effect.provide([nothingStarts, teapot, FileSystem.layerNoop({}), PendingReplies.layer])
  )

it.effect("an account's configuration chooses its agent", () =>
  Effect.gen(function* () {
    assert.strictEqual((yield* asked({ type: "echo" })).length, 1)
    assert.strictEqual((yield* asked({ type: "none" })).length, 0)
    assert.deepStrictEqual(yield* Effect.flip(asked({ type: "command", command: ["x"], mode: "once", timeout })), {
      _tag: "NotStarted",
      detail: "PermissionDenied"
    })
    assert.deepStrictEqual(
      yield* Effect.flip(asked({ type: "http", url: "http://a.test", headers: {}, async: false, timeout })),
      {
        _tag: "Status",
        status: 418
      }
    )
  })
)
