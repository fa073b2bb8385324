import * as Schema from "effect/Schema"

/** Why a request was not done, in the one form that the command line uses too (`design.md` §6.2). */
const fields = {
  ok: Schema.Literal(false),
  error: Schema.Struct({
    /** For programs: lower case, words joined by dashes. */
    code: Schema.String,
    /** For people. Never a secret. */
    message: Schema.String,
    /** Which part of the request is wrong, such as `payload.text`. */
    field: Schema.optionalKey(Schema.String)
  })
}

interface Why {
  readonly code: string
  readonly message: string
  readonly field?: string | undefined
}

const body = ({ code, field, message }: Why) => ({
  ok: false as const,
  error: { code, message, ...(field === undefined ? {} : { field }) }
})

/** 400: the request itself is wrong. */
export class BadRequest extends Schema.Error<BadRequest>("zalo-effect/http/BadRequest")(fields, {
  description: "The request is wrong; `field` says where",
  httpApiStatus: 400
}) {
  static readonly because = (why: Why): BadRequest => new BadRequest(body(why))
}

/** 401: the token is missing or wrong. */
export class Unauthorized extends Schema.Error<Unauthorized>("zalo-effect/http/Unauthorized")(fields, {
  description: "The admin token is missing or wrong",
  httpApiStatus: 401
}) {}

/** 404: there is nothing of this name. */
export class NotFound extends Schema.Error<NotFound>("zalo-effect/http/NotFound")(fields, {
  description: "There is nothing of this name",
  httpApiStatus: 404
}) {
  static readonly because = (why: Why): NotFound => new NotFound(body(why))
}

/** 409: it stands in a way that does not allow this. */
export class Conflict extends Schema.Error<Conflict>("zalo-effect/http/Conflict")(fields, {
  description: "What is there does not allow it",
  httpApiStatus: 409
}) {
  static readonly because = (why: Why): Conflict => new Conflict(body(why))
}

/** 410: it was there once. */
export class Gone extends Schema.Error<Gone>("zalo-effect/http/Gone")(fields, {
  description: "It was there once, and is over",
  httpApiStatus: 410
}) {
  static readonly because = (why: Why): Gone => new Gone(body(why))
}

/** 429: too many wrong guesses. */
export class TooMany extends Schema.Error<TooMany>("zalo-effect/http/TooMany")(fields, {
  description: "Too many wrong tries; `Retry-After` says when to come back",
  httpApiStatus: 429
}) {
  static readonly because = (why: Why): TooMany => new TooMany(body(why))
}

/** 503: the store or an account cannot be used now. */
export class Unavailable extends Schema.Error<Unavailable>("zalo-effect/http/Unavailable")(fields, {
  description: "It cannot be done now; nothing was changed",
  httpApiStatus: 503
}) {
  static readonly because = (why: Why): Unavailable => new Unavailable(body(why))
}

/** The store cannot be read or written. */
export const storeTrouble = (error: { readonly message: string }): Unavailable =>
  Unavailable.because({ code: "store", message: error.message })

/** 502: Zalo did not answer, or said no. */
export class BadGateway extends Schema.Error<BadGateway>("zalo-effect/http/BadGateway")(fields, {
  description: "Zalo did not answer, or said no",
  httpApiStatus: 502
}) {
  static readonly because = (why: Why): BadGateway => new BadGateway(body(why))
}
