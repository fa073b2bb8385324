import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { AuditAction, AuditWay } from "../../access/audit.ts"
import { checkGrants, GrantCells } from "../../access/grantsFile.ts"
import { Pairing } from "../../access/Pairing.ts"
import type { PairingError } from "../../access/PairingError.ts"
import { account, done, limit, Time } from "./fields.ts"
import { Authorized, Readable, reading } from "./guards.ts"
import { byOf, Operator } from "./operator.ts"
import { BadRequest, storeTrouble, Unavailable } from "./refusals.ts"

const Entry = Schema.Struct({
  at: Time,
  account: Schema.String,
  senderId: Schema.String,
  displayName: Schema.String,
  action: AuditAction,
  by: Schema.String,
  how: AuditWay,
  code: Schema.NullOr(Schema.String)
})

const Imported = Schema.Struct({
  ok: done,
  dryRun: Schema.Boolean,
  added: Schema.Int,
  alreadyThere: Schema.Int,
  blocked: Schema.Int
})

/** Wrong grants that a refusal names. */
const named = 20

const refused = (error: PairingError): BadRequest | Unavailable =>
  error.reason._tag === "BadSender"
    ? BadRequest.because({ code: "invalid", message: error.message, field: "sender" })
    : storeTrouble(error)

export const accessGroup = HttpApiGroup.make("access")
  .add(
    HttpApiEndpoint.get("audit", "/audit", {
      query: {
        account,
        sender: Schema.optionalKey(Schema.String),
        since: Schema.optionalKey(Time),
        limit: limit(10_000)
      },
      success: Schema.Struct({ entries: Schema.Array(Entry) }),
      error: [BadRequest, Unavailable]
    }).annotate(OpenApi.Summary, "Who decided what about whom, newest first; 100 unless `limit` says otherwise"),
    HttpApiEndpoint.post("importGrants", "/grants", {
      headers: Operator,
      payload: Schema.Struct({
        grants: Schema.Array(GrantCells),
        account,
        dryRun: Schema.optionalKey(Schema.Boolean)
      }),
      success: Imported,
      error: [BadRequest, Unavailable]
    }).annotate(OpenApi.Summary, "Let in everybody of a list, or nobody when one of them is wrong; nobody is told")
  )
  .annotateMerge(reading)
  .prefix("/v1/access")
  .middleware(Readable)
  .middleware(Authorized)

const api = HttpApi.make("zalo-effect").add(accessGroup)

export const accessHandlers = HttpApiBuilder.group(
  api,
  "access",
  Effect.fnUntraced(function* (handlers) {
    const desk = yield* Pairing
    return handlers.handleAll({
      audit: ({ query: { since, ...query } }) =>
        Effect.mapBoth(
          desk.audit({ ...query, since: since === undefined ? undefined : DateTime.toEpochMillis(since) }),
          { onFailure: refused, onSuccess: (entries) => ({ entries }) }
        ),
      importGrants: Effect.fnUntraced(function* ({ headers, payload }) {
        const entries = checkGrants(payload.grants, payload.account)
        if (Result.isFailure(entries)) {
          const lines = entries.failure.map(({ line, message }) => `grant ${line}: ${message}`)
          const more = lines.length > named ? [`and ${lines.length - named} more`] : []
          return yield* BadRequest.because({
            code: "invalid-grants",
            message: `nobody was let in: ${[...lines.slice(0, named), ...more].join("; ")}`,
            field: "payload.grants"
          })
        }
        const dryRun = payload.dryRun ?? false
        const counts = yield* Effect.mapError(
          desk.importGrants(entries.success, { by: byOf(headers), dryRun }),
          refused
        )
        return { ok: true as const, dryRun, ...counts }
      })
    })
  })
)
