import { group, key } from "./Key.ts"
import { filled, integer } from "./kinds.ts"

export const host = key("host", filled, {
  description:
    "The address at which the other runners reach this one. It makes this process a runner of a cluster: store.url must be set. --cluster-host wins."
})

export const port = key("port", integer(1, 65_535), {
  description: "The port for the other runners; nobody else may reach it. --cluster-port wins.",
  fallback: "8790"
})

export const listen = key("listen", filled, {
  description: "The address to listen on for the other runners.",
  fallback: "gateway.cluster.host"
})

export const cluster = group("cluster", "Several gateways on one store.", [host, port, listen])
