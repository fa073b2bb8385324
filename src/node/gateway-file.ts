import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { formatAddress, HttpServer } from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { ZaloConfig } from "../gateway/config/ZaloConfig.ts"

/** Where a running gateway listens: what it leaves in its data directory for the command line. */
export const GatewayFile = Schema.Struct({
  url: Schema.String,
  pid: Schema.Int,
  /** ISO 8601, UTC. */
  since: Schema.String
})
export type GatewayFile = typeof GatewayFile.Type

const Json = Schema.fromJsonString(GatewayFile)
const encode = Schema.encodeSync(Json)
const decode = Schema.decodeUnknownOption(Json)

const fileIn = (directory: string): string => join(directory, "gateway.json")

/** Whoever listens everywhere is reached here as well. */
const reachable = (url: string): string => url.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:")

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // It is there, and somebody else's.
    return error instanceof Error && "code" in error && error.code === "EPERM"
  }
}

/** The gateway that runs on a data directory, as it wrote itself down; none where that process is gone. */
export const readGatewayFile = (directory: string): Option.Option<GatewayFile> => {
  try {
    return Option.filter(decode(readFileSync(fileIn(directory), "utf8")), ({ pid }) => isAlive(pid))
  } catch {
    return Option.none()
  }
}

/**
 * Writes `gateway.json` (0600) once the server listens, and takes it away at a graceful stop. A gateway that cannot write it runs
 * all the same: only the commands that need to reach it do not.
 */
export const layer: Layer.Layer<never, never, HttpServer | ZaloConfig> = Layer.effectDiscard(
  Effect.gen(function* () {
    const { dataDir } = yield* ZaloConfig
    const { address } = yield* HttpServer
    const since = DateTime.formatIso(DateTime.makeUnsafe(yield* Clock.currentTimeMillis))
    const file = fileIn(dataDir)
    const own: GatewayFile = { url: reachable(formatAddress(address)), pid: process.pid, since }
    const write = Effect.try({
      try: () => writeFileSync(file, `${encode(own)}\n`, { mode: 0o600 }),
      catch: (cause) => `${file} cannot be written: ${String(cause)}`
    })
    // Another one may have started on it since.
    const remove = Effect.sync(() => {
      const found = readGatewayFile(dataDir)
      if (Option.exists(found, ({ pid }) => pid === process.pid)) rmSync(file, { force: true })
    })
    yield* Effect.acquireRelease(write.pipe(Effect.catch((why) => Effect.logWarning(why))), () => remove)
  })
)
