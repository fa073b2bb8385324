import * as HttpApi from "effect/http-api/HttpApi"
import * as OpenApi from "effect/http-api/OpenApi"
import { accessGroup } from "./access.ts"
import { broadcastsGroup } from "./broadcasts.ts"
import { chatsGroup } from "./chats.ts"
import { configGroup } from "./config.ts"
import { messagesGroup } from "./messages.ts"
import { pairingGroup } from "./pairing.ts"
import { queueGroup } from "./queue.ts"
import { schedulesGroup } from "./schedules.ts"
import { statusGroup } from "./status.ts"
import { webhooksGroup } from "./webhooks.ts"

/** The admin API: what `GET /v1/openapi.json` describes. */
export const Api = HttpApi.make("zalo-effect")
  .add(statusGroup)
  .add(pairingGroup)
  .add(accessGroup)
  .add(messagesGroup)
  .add(queueGroup)
  .add(chatsGroup)
  .add(broadcastsGroup)
  .add(schedulesGroup)
  .add(configGroup)
  .add(webhooksGroup)
  .annotateMerge(
    OpenApi.annotations({
      title: "zalo-effect admin API",
      version: "1",
      description:
        "What an operator does with a running gateway. Every request needs the admin token as a bearer token: the file " +
        '`admin-token` in the data directory, or `gateway.token`. Failures are `{"ok":false,"error":{"code","message"}}`.'
    })
  )
