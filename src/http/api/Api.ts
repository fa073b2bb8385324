import * as HttpApi from "effect/http-api/HttpApi"
import * as OpenApi from "effect/http-api/OpenApi"
import { messagesGroup } from "./messages.ts"
import { pairingGroup } from "./pairing.ts"
import { statusGroup } from "./status.ts"

/** The admin API: what `GET /v1/openapi.json` describes. */
export const Api = HttpApi.make("zalo-effect")
  .add(statusGroup)
  .add(pairingGroup)
  .add(messagesGroup)
  .annotateMerge(
    OpenApi.annotations({
      title: "zalo-effect admin API",
      version: "1",
      description:
        "What an operator does with a running gateway. Every request needs the admin token as a bearer token: the file " +
        '`admin-token` in the data directory, or `gateway.token`. Failures are `{"ok":false,"error":{"code","message"}}`.'
    })
  )
