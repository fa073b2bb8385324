import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Operations } from "../cli/Operations.ts"

/** Each is loaded when it is used: a send needs no server. */
export const layer: Layer.Layer<Operations> = Layer.succeed(Operations, {
  serve: (options) =>
    Effect.flatMap(
      Effect.promise(() => import("./serve.ts")),
      ({ serve }) => serve(options)
    ),
  sandbox: (options) =>
    Effect.flatMap(
      Effect.promise(() => import("./sandbox.ts")),
      ({ sandbox }) => sandbox(options)
    ),
  send: (options) =>
    Effect.flatMap(
      Effect.promise(() => import("./send.ts")),
      ({ send }) => send(options)
    ),
  broadcast: (options) =>
    Effect.flatMap(
      Effect.promise(() => import("./broadcast.ts")),
      ({ broadcast }) => broadcast(options)
    ),
  addSchedule: (options) =>
    Effect.flatMap(
      Effect.promise(() => import("./schedule.ts")),
      ({ addSchedule }) => addSchedule(options)
    ),
  reload: (config) =>
    Effect.flatMap(
      Effect.promise(() => import("./reload.ts")),
      ({ reload }) => reload(config)
    ),
  webhook: (options) =>
    Effect.flatMap(
      Effect.promise(() => import("./webhook.ts")),
      ({ webhook }) => webhook(options)
    ),
  migrateStore: (options) =>
    Effect.flatMap(
      Effect.promise(() => import("./storeMigrate.ts")),
      ({ migrateStore }) => migrateStore(options)
    ),
  checkStore: (options) =>
    Effect.flatMap(
      Effect.promise(() => import("./storeCheck.ts")),
      ({ checkStore }) => checkStore(options)
    ),
  copyStore: (options) =>
    Effect.flatMap(
      Effect.promise(() => import("./storeCopy.ts")),
      ({ copyStore }) => copyStore(options)
    ),
  tryToken: (options) =>
    Effect.flatMap(
      Effect.promise(() => import("./tryToken.ts")),
      ({ tryToken }) => tryToken(options)
    ),
  makeSecret: Effect.map(
    Effect.promise(() => import("node:crypto")),
    ({ randomBytes }) => randomBytes(24).toString("hex")
  )
})
