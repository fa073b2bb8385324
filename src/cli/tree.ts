import { group } from "./Command.ts"
import { channels } from "./tree/channels.ts"
import { config } from "./tree/config.ts"
import { doctor } from "./tree/doctor.ts"
import { message } from "./tree/message.ts"
import { pairing } from "./tree/pairing.ts"
import { queue, trace } from "./tree/queue.ts"
import { sandbox, serve } from "./tree/servers.ts"

/** Every command, by what one types. The table of contents of this folder: a command's own file is loaded when it runs. */
export const tree = group("zalo-effect", "connects Zalo bots to agents", [
  serve,
  sandbox,
  pairing,
  message,
  channels,
  queue,
  trace,
  doctor,
  config
])
