import { group } from "./Command.ts"
import { broadcast } from "./tree/broadcast.ts"
import { access } from "./tree/access.ts"
import { channels } from "./tree/channels.ts"
import { chat } from "./tree/chat.ts"
import { completion } from "./tree/completion.ts"
import { config } from "./tree/config.ts"
import { doctor } from "./tree/doctor.ts"
import { logs } from "./tree/logs.ts"
import { message } from "./tree/message.ts"
import { pairing } from "./tree/pairing.ts"
import { queue, trace } from "./tree/queue.ts"
import { schedule } from "./tree/schedule.ts"
import { sandbox, serve } from "./tree/servers.ts"
import { setup, webhook } from "./tree/setup.ts"
import { store } from "./tree/store.ts"

/** Every command, by what one types. The table of contents of this folder: a command's own file is loaded when it runs. */
export const tree = group("zalo-effect", "connects Zalo bots to agents", [
  serve,
  sandbox,
  setup,
  pairing,
  access,
  message,
  chat,
  broadcast,
  schedule,
  channels,
  queue,
  trace,
  doctor,
  webhook,
  logs,
  config,
  store,
  completion
])
