import { accountMembers, groupPolicy } from "./account.ts"
import { agent } from "./agent.ts"
import { cluster } from "./cluster.ts"
import { duration } from "./duration.ts"
import { type Named, group, key } from "./Key.ts"
import { anything, choice, filled, integer, list, text } from "./kinds.ts"
import { logging } from "./logging.ts"
import { retention } from "./retention.ts"
import { secret } from "./secret.ts"
import { secrets } from "./secrets.ts"
import { store } from "./store.ts"
import { telemetry } from "./telemetry.ts"

export const accounts: Named = {
  node: "named",
  name: "accounts",
  description: "More bots, by a name of your own; each key wins over the same key above.",
  of: group("account", "One bot.", accountMembers)
}

export const defaultAccount = key("defaultAccount", text, {
  description: "The account that commands mean when they name none.",
  fallback: '"default", else the first'
})

const historyLimit = key("historyLimit", anything, {
  description: "How many messages an agent sees; here the agent keeps its own.",
  effect: "none"
})

export const zalo = group("zalo", "The Zalo channel.", [...accountMembers, historyLimit, accounts, defaultAccount])

// `channels.defaults` is the reference's: only its group policy means anything to this channel.
export const channelDefaults = group("defaults", "Defaults of every channel.", [groupPolicy])

export const dmScope = key("dmScope", choice(["main", "per-peer", "per-channel-peer", "per-account-channel-peer"]), {
  description: "What shares a session in private chats.",
  fallback: "per-channel-peer"
})

/** The reference's own key, with its meaning; its default has `/reset` too. */
export const resetTriggers = key(
  "resetTriggers",
  list(/\S/, "texts that are not blank", 'For example ["/new", "/reset"]; [] switches it off'),
  {
    description: "Messages that begin a new session: what was said before is not given to the agent any more.",
    fallback: '["/new"]'
  }
)

/** The reference's other session settings. */
const foreignSession =
  "scope groupScope identityLinks reset resetByType resetByChannel idleMinutes store typingIntervalSeconds typingMode parentForkMaxTokens mainKey sendPolicy agentToAgent threadBindings sharing maintenance writeLock"

export const session = group("session", "Sessions.", [dmScope, resetTriggers], { foreign: foreignSession.split(" ") })

export const host = key("host", filled, { description: "The address to listen on.", fallback: "127.0.0.1" })
export const port = key("port", integer(0, 65_535), { description: "The port; 0 takes a free one.", fallback: "8787" })
export const trustedProxies = key(
  "trustedProxies",
  list(/^[0-9A-Fa-f.:]+(?:\/\d{1,3})?$/, "IP addresses or CIDR ranges", 'For example ["127.0.0.1", "10.0.0.0/8"]'),
  { description: "Proxies whose X-Forwarded-For is believed.", fallback: "[]" }
)
export const stopLimit = key("stopLimit", duration({ zero: true }), {
  description: "How long a graceful stop may take.",
  fallback: "5s"
})
export const maxBytes = key("maxBytes", integer(1_024, 104_857_600), {
  description: "The largest delivery, in bytes.",
  fallback: "1048576"
})
export const bodyTimeout = key("timeout", duration(), {
  description: "How long a delivery may take to arrive.",
  fallback: "30s"
})
export const webhookBody = group("webhookBody", "Limits of a webhook's delivery.", [maxBytes, bodyTimeout])

export const apiToken = key("token", secret, {
  description: "The bearer token of /v1/…, of 16 characters or more.",
  fallback: "made at the first start, in the file admin-token of the data directory"
})

/** The reference's gateway is another server, on a port of its own. */
const foreignGateway =
  "mode bind customBindHost controlUi auth tailscale remote reload tls http nodes allowRealIpFallback tools channelHealthCheckMinutes channelStaleEventThresholdMinutes channelMaxRestartsPerHour push webchat handshakeTimeoutMs terminal"

export const gateway = group(
  "gateway",
  "The server and the process.",
  [host, port, apiToken, trustedProxies, stopLimit, webhookBody, cluster],
  { foreign: foreignGateway.split(" ") }
)

/** The sections at the top, `channels` apart. */
export const sections = [agent, session, gateway, store, retention, logging, telemetry, secrets]
