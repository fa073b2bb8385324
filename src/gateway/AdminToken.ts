import * as Context from "effect/Context"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { secretCheck } from "../updates/secret.ts"

/** The bearer token of everything under `/v1/`. */
export class AdminToken extends Context.Service<
  AdminToken,
  {
    /** Whether an `Authorization` header carries it; takes the same time whatever is wrong with it. */
    accepts(authorization: string | undefined): boolean
  }
>()("zalo-effect/gateway/AdminToken") {
  static layer(token: Redacted.Redacted): Layer.Layer<AdminToken> {
    return Layer.sync(AdminToken, () => {
      const check = secretCheck(Redacted.value(token))
      return { accepts: (authorization) => check(/^Bearer +(\S+) *$/i.exec(authorization ?? "")?.[1] ?? "") }
    })
  }

  /** None is to be had: nobody is let in. */
  static readonly layerNone: Layer.Layer<AdminToken> = Layer.succeed(this, { accepts: () => false })
}
