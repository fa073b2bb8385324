import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { type Decided as DecidedPerson, Pairing } from "../../access/Pairing.ts"
import type { PairingError } from "../../access/PairingError.ts"
import { makeGuesses } from "../../access/guesses.ts"
import { tooManyWrong } from "./answers.ts"
import { Authorized, Readable, reading } from "./guards.ts"
import { account, done, optional, Time } from "./fields.ts"
import { byOf, Operator } from "./operator.ts"
import { BadRequest, Conflict, Gone, NotFound, storeTrouble, TooMany, Unavailable } from "./refusals.ts"

const InAccount = { account }

const Person = { account: Schema.String, senderId: Schema.String, displayName: Schema.String }

const Waiting = Schema.Struct({ ...Person, code: Schema.String, createdAt: Time, expiresAt: Time })
const Granted = Schema.Struct({ ...Person, approvedBy: Schema.String, approvedAt: Time, how: Schema.String })
const Blocked = Schema.Struct({ ...Person, blockedBy: Schema.String, blockedAt: Time })

const Decided = Schema.Struct({ ok: done, ...Person })
const Approved = Schema.Struct({ ok: done, ...Person, notified: Schema.Boolean, replayed: Schema.Int })
const Revoked = Schema.Struct({ ok: done, ...Person, granted: Schema.Boolean })

const toldOfSender = (error: PairingError): BadRequest | NotFound | Conflict | Unavailable => {
  const { message } = error
  switch (error.reason._tag) {
    case "BadSender":
      return BadRequest.because({ code: "invalid", message, field: "sender" })
    case "Ambiguous":
      return Conflict.because({ code: "ambiguous", message, field: "account" })
    case "Unavailable":
      return storeTrouble(error)
    default:
      return NotFound.because({ code: "not-found", message })
  }
}

const toldOfCode = (error: PairingError) => {
  const { message } = error
  switch (error.reason._tag) {
    case "Expired":
      return Gone.because({ code: "expired", message })
    case "Used":
      return Conflict.because({ code: "used", message })
    default:
      return toldOfSender(error)
  }
}

const codeErrors = [BadRequest, NotFound, Conflict, Gone, TooMany, Unavailable]
const senderErrors = [BadRequest, NotFound, Conflict, Unavailable]

export const pairingGroup = HttpApiGroup.make("pairing")
  .add(
    HttpApiEndpoint.get("listRequests", "/requests", {
      query: InAccount,
      success: Schema.Struct({ requests: Schema.Array(Waiting) }),
      error: Unavailable
    }).annotate(OpenApi.Summary, "Who waits for approval, oldest first"),
    HttpApiEndpoint.post("approve", "/requests/:code/approve", {
      params: { code: Schema.String },
      headers: Operator,
      payload: optional(Schema.Struct({ account, notify: Schema.optionalKey(Schema.Boolean) })),
      success: Approved,
      error: codeErrors
    }).annotate(OpenApi.Summary, "Let a waiting sender talk to the bot; `notify: false` does not tell them"),
    HttpApiEndpoint.post("decline", "/requests/:code/decline", {
      params: { code: Schema.String },
      headers: Operator,
      payload: optional(Schema.Struct({ account })),
      success: Decided,
      error: codeErrors
    }).annotate(OpenApi.Summary, "Take a waiting sender off the list"),
    HttpApiEndpoint.get("listGrants", "/grants", {
      query: InAccount,
      success: Schema.Struct({ grants: Schema.Array(Granted) }),
      error: Unavailable
    }).annotate(OpenApi.Summary, "Who was approved, by whom and when"),
    HttpApiEndpoint.get("listBlocks", "/blocks", {
      query: InAccount,
      success: Schema.Struct({ blocks: Schema.Array(Blocked) }),
      error: Unavailable
    }).annotate(OpenApi.Summary, "Who is not heard"),
    HttpApiEndpoint.post("revoke", "/senders/:sender/revoke", {
      params: { sender: Schema.String },
      headers: Operator,
      payload: optional(Schema.Struct({ account })),
      success: Revoked,
      error: senderErrors
    }).annotate(OpenApi.Summary, "Take an approval back, and a request that waits"),
    HttpApiEndpoint.post("block", "/senders/:sender/block", {
      params: { sender: Schema.String },
      headers: Operator,
      payload: optional(Schema.Struct({ account })),
      success: Decided,
      error: senderErrors
    }).annotate(OpenApi.Summary, "Ignore a sender from now on, whatever the policy"),
    HttpApiEndpoint.post("unblock", "/senders/:sender/unblock", {
      params: { sender: Schema.String },
      headers: Operator,
      payload: optional(Schema.Struct({ account })),
      success: Decided,
      error: senderErrors
    }).annotate(OpenApi.Summary, "No longer ignore a sender; an approval does not come back")
  )
  .annotateMerge(reading)
  .prefix("/v1/pairing")
  .middleware(Readable)
  .middleware(Authorized)

const api = HttpApi.make("zalo-effect").add(pairingGroup)

/** Whoever holds the token is one caller: a program before the API cannot multiply its tries. */
const caller = "api"

const person = ({ account, displayName, senderId }: DecidedPerson) => ({ account, senderId, displayName })

export const pairingHandlers = HttpApiBuilder.group(
  api,
  "pairing",
  Effect.fnUntraced(function* (handlers) {
    const desk = yield* Pairing
    const guesses = makeGuesses()

    /** Something that begins with a code: it may be a guess. */
    const guarded = <A>(ask: Effect.Effect<A, PairingError>) =>
      Effect.gen(function* () {
        const wait = guesses.wait(caller, yield* Clock.currentTimeMillis)
        if (wait > 0) return tooManyWrong("codes", Math.ceil(wait / 1000))
        return yield* Effect.tapError(ask, ({ reason }) =>
          reason._tag === "Unavailable"
            ? Effect.void
            : Effect.map(Clock.currentTimeMillis, (now) => void guesses.wrong(caller, now))
        ).pipe(Effect.mapError(toldOfCode))
      })

    return handlers.handleAll({
      listRequests: ({ query }) =>
        Effect.mapBoth(desk.list(query), { onFailure: storeTrouble, onSuccess: (requests) => ({ requests }) }),
      listGrants: ({ query }) =>
        Effect.mapBoth(desk.grants(query), { onFailure: storeTrouble, onSuccess: (grants) => ({ grants }) }),
      listBlocks: ({ query }) =>
        Effect.mapBoth(desk.blocks(query), { onFailure: storeTrouble, onSuccess: (blocks) => ({ blocks }) }),
      approve: ({ headers, params, payload }) =>
        guarded(
          Effect.map(desk.approve(params.code, { ...payload, by: byOf(headers) }), (approved) => ({
            ok: true as const,
            ...person(approved),
            notified: approved.notified,
            replayed: approved.replayed
          }))
        ),
      decline: ({ headers, params, payload }) =>
        guarded(
          Effect.map(desk.decline(params.code, { ...payload, by: byOf(headers) }), (declined) => ({
            ok: true as const,
            ...person(declined)
          }))
        ),
      revoke: ({ headers, params, payload }) =>
        Effect.mapBoth(desk.revoke(params.sender, { ...payload, by: byOf(headers) }), {
          onFailure: toldOfSender,
          onSuccess: (revoked) => ({ ok: true as const, ...person(revoked), granted: revoked.granted })
        }),
      block: ({ headers, params, payload }) =>
        Effect.mapBoth(desk.block(params.sender, { ...payload, by: byOf(headers) }), {
          onFailure: toldOfSender,
          onSuccess: (blocked) => ({ ok: true as const, ...person(blocked) })
        }),
      unblock: ({ headers, params, payload }) =>
        Effect.mapBoth(desk.unblock(params.sender, { ...payload, by: byOf(headers) }), {
          onFailure: toldOfSender,
          onSuccess: (unblocked) => ({ ok: true as const, ...person(unblocked) })
        })
    })
  })
)
