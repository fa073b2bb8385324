import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import * as HttpApiSecurity from "effect/http-api/HttpApiSecurity"
import * as Layer from "effect/Layer"
import * as SchemaIssue from "effect/SchemaIssue"
import { BadRequest, Unauthorized } from "./refusals.ts"

/** Says in the description that the token is needed. The door (`http/admin.ts`) has asked for it before anything was loaded. */
export class Authorized extends HttpApiMiddleware.Service<Authorized>()("zalo-effect/http/Authorized", {
  error: Unauthorized,
  security: { token: HttpApiSecurity.bearer }
}) {
  static readonly layer: Layer.Layer<Authorized> = Layer.succeed(this, this.of({ token: (answer) => answer }))
}

/** Tells in our own form, with the field, that a request cannot be decoded. */
export class Readable extends HttpApiMiddleware.Service<Readable>()("zalo-effect/http/Readable", {
  error: BadRequest
}) {
  static readonly layer: Layer.Layer<Readable> = HttpApiMiddleware.layerSchemaErrorTransform(
    this,
    ({ cause, kind }): Effect.Effect<never, BadRequest> =>
      kind === "Body" || kind === "ResponseHeaders" ? Effect.die(cause) : Effect.fail(wrong(kind, cause.issue))
  )
}

/** A member that nobody knows is an error: it is a known one, misspelt. */
const strict = { onExcessProperty: "error" } as const

/** For every group: how its requests are read. */
export const reading = Context.make(HttpApi.PayloadParseOptions, strict).pipe(
  Context.add(HttpApi.QueryParseOptions, strict)
)

const issuesOf = SchemaIssue.makeFormatterStandardSchemaV1()

const wrong = (kind: string, issue: SchemaIssue.Issue): BadRequest => {
  const [first] = issuesOf(issue).issues
  const path = (first?.path ?? []).map((step) => String(typeof step === "object" ? step.key : step))
  const field = path.length === 0 ? kind.toLowerCase() : path.join(".")
  return BadRequest.because({ code: "invalid", message: `${field}: ${first?.message ?? "it cannot be read"}`, field })
}
