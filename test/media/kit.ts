import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as wait } from "node:timers/promises"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type { HttpClientError } from "effect/http/HttpClientError"
import * as Layer from "effect/Layer"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import type { AccountSettings } from "../../src/domain/Account.ts"
import { journalMigrations } from "../../src/journal/migrations.ts"
import { GuardedClient, type GuardedRequest } from "../../src/media/GuardedClient.ts"
import { HostedMedia } from "../../src/media/HostedMedia.ts"
import { Media } from "../../src/media/Media.ts"
import { MediaPlace } from "../../src/media/MediaPlace.ts"
import { mediaMigrations } from "../../src/media/migrations.ts"
import { ResolveError, Resolver } from "../../src/media/Resolver.ts"
import { layerGuardedClient } from "../../src/node/media-client.ts"
import { layerSqlite } from "../../src/node/store.ts"
import { settingsOf } from "../pipeline/kit.ts"

/** The smallest of their kinds that are told apart, and some bytes more. */
export const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(96, 1)])
export const png = Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), Buffer.alloc(96, 2)])
export const aac = Buffer.concat([Buffer.from([0xff, 0xf1, 0x60, 0x40]), Buffer.alloc(96, 3)])
export const page = Buffer.from("<!doctype html><script>alert(1)</script>")

export const folder: Effect.Effect<string, never, Scope.Scope> = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "zalo-effect-media-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

/** Names of this test alone. Each question is noted, and answered by the next list of addresses, the last one for ever. */
export class Names {
  readonly asked: Array<string> = []
  readonly table = new Map<string, Array<ReadonlyArray<string>>>()
  reason: ResolveError["reason"] = "unknown-name"

  set(name: string, ...answers: ReadonlyArray<ReadonlyArray<string>>): this {
    this.table.set(name, [...answers])
    return this
  }

  /** Never answers for this one. */
  silent(name: string): this {
    this.#silent.add(name)
    return this
  }
  readonly #silent = new Set<string>()

  readonly layer = Layer.succeed(Resolver, {
    resolve: (name) =>
      Effect.suspend(() => {
        this.asked.push(name)
        if (this.#silent.has(name)) return Effect.never
        const answers = this.table.get(name)
        const next = answers !== undefined && answers.length > 1 ? answers.shift() : answers?.[0]
        return next === undefined ? Effect.fail(new ResolveError({ reason: this.reason })) : Effect.succeed(next)
      })
  })
}

type Answering = (request: GuardedRequest) => Effect.Effect<Response, HttpClientError>

/** Servers that exist in the test only; every request is noted. */
export class Servers {
  readonly requests: Array<GuardedRequest> = []
  answer: Answering
  constructor(answer: Answering) {
    this.answer = answer
  }

  readonly layer = Layer.succeed(GuardedClient, {
    get: (request) =>
      Effect.suspend(() => {
        this.requests.push(request)
        return Effect.map(this.answer(request), (response) =>
          HttpClientResponse.fromWeb(HttpClientRequest.get(request.url.href), response)
        )
      })
  })
}

export const serves =
  (body: BodyInit, init?: ResponseInit): Answering =>
  () =>
    Effect.sync(() => new Response(body, init))

export const accountOf = (
  media: Partial<AccountSettings["media"]> = {},
  changes: Partial<AccountSettings> = {}
): AccountSettings => {
  const settings = settingsOf()
  return { ...settings, mediaMaxBytes: 4_096, ...changes, media: { ...settings.media, ...media } }
}

export const platform = Layer.mergeAll(
  NodeFileSystem.layer,
  NodePath.layer,
  NodeCrypto.layerDigest,
  NodeCrypto.layerSecureRandom
)

export const layerJournal = (filename: string) =>
  layerSqlite({ filename, migrations: { ...journalMigrations, ...mediaMigrations }, migrate: true })

/** Media in one folder of the test's own. */
export const mediaIn = (
  path: string,
  options: {
    readonly names?: Names
    readonly client?: Layer.Layer<GuardedClient>
    readonly trusted?: string
    readonly database?: string
  } = {}
) =>
  Layer.fresh(
    Media.layer.pipe(
      Layer.provideMerge(HostedMedia.layer),
      Layer.provideMerge(layerJournal(options.database ?? ":memory:")),
      Layer.provideMerge(Layer.succeed(MediaPlace, { folder: path, trusted: options.trusted })),
      Layer.provide(options.client ?? layerGuardedClient),
      Layer.provide((options.names ?? new Names()).layer),
      Layer.provideMerge(platform),
      Layer.orDie
    )
  )

/** Files below a folder, with their permissions. */
export const filesIn = (
  path: string
): ReadonlyArray<{ readonly path: string; readonly mode: number; readonly bytes: Buffer }> =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ path: file, mode: statSync(file).mode & 0o777, bytes: readFileSync(file) }))

/** Real work (files) between two moves of the clock. */
const realWork = Effect.promise(() => wait(3))

/** Moves the clock on, second by second, until the fiber has ended. */
export const untilDone = <A, E>(fiber: Fiber.Fiber<A, E>): Effect.Effect<A, E> =>
  Effect.gen(function* () {
    for (let seconds = 0; seconds < 3_600; seconds++) {
      yield* realWork
      if (fiber.pollUnsafe() !== undefined) return yield* Fiber.join(fiber)
      yield* TestClock.adjust("1 second")
    }
    return yield* Effect.die(new Error("it does not end"))
  })

/** Seconds of the test's clock, readable where no Effect is. */
export const stopwatch = Effect.map(
  Effect.context<never>(),
  (context) => () => Effect.runSyncWith(context)(Clock.currentTimeMillis) / 1_000
)
