import * as Param from "../Param.ts"

export const host = Param.text("host", "HOST", "Listen on this address (127.0.0.1)", {
  problem: (value) => (value.trim() === "" ? "an address is needed" : undefined)
})
export const port = Param.port("port", "Listen on this port (serve: 8787, sandbox: 8788 or the next free one)")
export const clusterHost = Param.text(
  "cluster-host",
  "HOST",
  "Be a runner of a cluster, which the other runners reach at this address",
  { problem: (value) => (value.trim() === "" ? "an address is needed" : undefined) }
)
export const clusterPort = Param.port("cluster-port", "Their port on it (8790)")
export const reset = Param.toggle("reset", "Throw away what an earlier sandbox kept")

export const wait = Param.toggle(
  "wait",
  "Stand by while another process works for one of the bots, and take over when it ends"
)
