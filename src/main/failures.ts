import type { ServeError } from "effect/http/HttpServerError"
import { CommandFailed } from "../cli/errors.ts"
import type { ClusterUnavailable } from "../gateway/Cluster.ts"
import type { LeaseHeld, LeaseUnavailable } from "../gateway/Leases.ts"
import type { JournalError } from "../journal/Journal.ts"

const codeOf = (cause: unknown): string | undefined =>
  typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string"
    ? cause.code
    : undefined

const cannotListen = (error: ServeError, address: string): CommandFailed => {
  switch (codeOf(error.cause)) {
    case "EADDRINUSE":
      return new CommandFailed({
        code: "port-taken",
        message: `${address} is taken by another program: choose another port with --port or gateway.port`
      })
    case "EACCES":
      return new CommandFailed({ code: "port-refused", message: `${address} may not be used by this user` })
    default:
      return new CommandFailed({
        code: "cannot-listen",
        message: `cannot listen on ${address}: ${String(error.cause)}`
      })
  }
}

/** What can keep a command from its work, besides a wrong configuration. */
export type Obstacle = ServeError | LeaseHeld | LeaseUnavailable | JournalError | ClusterUnavailable

export const obstacles = ["ServeError", "LeaseHeld", "LeaseUnavailable", "JournalError", "ClusterUnavailable"] as const

/** Tells an obstacle in the command line's words. */
export const commandFailed = (error: Obstacle, address = ""): CommandFailed => {
  switch (error._tag) {
    case "ServeError":
      return cannotListen(error, address)
    case "LeaseHeld":
      return new CommandFailed({ code: "lease-held", message: error.message })
    case "LeaseUnavailable":
      return new CommandFailed({ code: "data-dir", message: error.message })
    case "ClusterUnavailable":
      return new CommandFailed({ code: "cluster", message: error.message })
    case "JournalError":
      return new CommandFailed({ code: "store", message: error.message })
  }
}
