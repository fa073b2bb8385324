import { spawn } from "node:child_process"
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync, type SQLInputValue } from "node:sqlite"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { type EmulatorServerOptions, type ServedEmulator, serveEmulator } from "../../src/node/sandbox-server.ts"
import { bin, type Ended, run } from "./program.ts"

/** Nothing here waits for ever: this long for anything that has no limit of its own. */
const patience = Duration.seconds(20)
const look = Duration.millis(20)

export const token = "4055584533866160964:e2e-secret-part"
export const otherToken = "1459232241454765289:e2e-other-part"
export const webhookSecret = "a-webhook-secret-of-32-characters"
/** Zalo wants a public https address: its emulator brings what goes there to the gateway's port. */
export const origin = "https://bot.example.test"

export type Zalo = ServedEmulator["zalo"]

/** An emulated Zalo in the test's own process, with one bot unless told otherwise. */
export const startZalo = (options: EmulatorServerOptions = {}) =>
  serveEmulator({
    bots: [{ token, displayName: "Bot Thử" }],
    ...options,
    switches: { photoFetch: "believed", typingMs: 1_000, webhookRetryMs: 50, webhookRetries: 60, ...options.switches }
  })

/** Asks again and again until there is an answer. */
export const eventually = <A, E, R>(
  what: string,
  probe: Effect.Effect<A | undefined, E, R>,
  options: { readonly within?: Duration.Duration; readonly detail?: () => string } = {}
): Effect.Effect<A, E, R> =>
  Effect.gen(function* () {
    const within = options.within ?? patience
    const end = (yield* Clock.currentTimeMillis) + Duration.toMillis(within)
    for (;;) {
      const found = yield* probe
      if (found !== undefined) return found
      if ((yield* Clock.currentTimeMillis) > end) {
        return yield* Effect.die(
          new Error(`not within ${Duration.format(within)}: ${what}\n${options.detail?.() ?? ""}`)
        )
      }
      yield* Effect.sleep(look)
    }
  })

/** The same for something that is true or not. */
export const until = <E, R>(what: string, probe: Effect.Effect<boolean, E, R>, detail?: () => string) =>
  eventually(
    what,
    Effect.map(probe, (holds) => (holds ? true : undefined)),
    detail === undefined ? {} : { detail }
  )

/** An answer that must come in time. */
export const soon = <A, E, R>(what: string, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  effect.pipe(Effect.timeoutOrElse({ duration: patience, orElse: () => Effect.die(new Error(`not in time: ${what}`)) }))

export const freePort = Effect.promise<number>(
  () =>
    new Promise((resolve, reject) => {
      const server = createServer()
      server.on("error", reject)
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        server.close(() =>
          typeof address === "object" && address !== null ? resolve(address.port) : reject(new Error("no port"))
        )
      })
    })
)

/** A machine of one's own: a folder, a port, a configuration and the environment of every command there. */
export interface Place {
  readonly folder: string
  readonly config: string
  readonly database: string
  readonly port: number
  readonly url: string
  readonly env: Readonly<Record<string, string>>
  /** Writes the configuration, in the reference's form: what goes under `channels.zalo`, and what goes beside it. */
  readonly configure: (zalo: object, rest?: object) => void
}

export const makePlace = (apiUrl: string): Effect.Effect<Place, never, Scope.Scope> =>
  Effect.gen(function* () {
    const folder = yield* Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "zalo-effect-e2e-"))),
      (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }))
    )
    const port = yield* freePort
    const config = join(folder, "config.json5")
    return {
      folder,
      config,
      port,
      database: join(folder, "data", "zalo-effect.db"),
      url: `http://127.0.0.1:${port}`,
      env: {
        HOME: folder,
        ZALO_API_URL: apiUrl,
        ZALO_EFFECT_DATA_DIR: join(folder, "data"),
        ZALO_EFFECT_CONFIG: config
      },
      configure: (zalo, { gateway = {}, ...rest }: { readonly gateway?: object } = {}) => {
        // A stop waits for the open poll as long as it may: not here.
        const value = { channels: { zalo }, ...rest, gateway: { port, stopLimit: "1s", ...gateway } }
        writeFileSync(config, `// Written by a test.\n${JSON.stringify(value, undefined, 2).replace(/\n}$/, ",\n}")}\n`)
      }
    }
  })

/** The two ways in. For the webhook, Zalo must know where the address leads. */
export const configureBot = Effect.fnUntraced(function* (
  place: Place,
  zalo: Zalo,
  transport: "polling" | "webhook",
  account: object = {},
  rest: object = {}
) {
  if (transport === "polling") return place.configure({ botToken: token, ...account }, rest)
  const { webhookTargets } = yield* zalo.switches
  yield* zalo.set({ webhookTargets: { ...webhookTargets, [origin]: place.url } })
  place.configure({ botToken: token, webhookUrl: `${origin}/zalo`, webhookSecret, ...account }, rest)
})

/** A process of the real program. */
export interface Running {
  readonly pid: number
  /** All that it printed, both streams. */
  readonly printed: () => string
  readonly out: () => string
  readonly err: () => string
  readonly signal: (name: NodeJS.Signals) => void
  /** How it ended; waits for that. */
  readonly ended: Effect.Effect<Ended>
  readonly isOver: () => boolean
}

export interface StartOptions {
  /** For Node itself, before the program. */
  readonly node?: ReadonlyArray<string>
  readonly env?: Readonly<Record<string, string>>
  /** Another file than the command line's own. */
  readonly program?: string
  /** A command that runs the program in its own place: `ip netns exec …`. */
  readonly through?: ReadonlyArray<string>
}

/** Starts a command; it is killed at the end of the scope if it still runs. */
export const start = (
  place: Pick<Place, "folder" | "env">,
  args: ReadonlyArray<string>,
  options: StartOptions = {}
): Effect.Effect<Running, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync((): Running => {
      const [command = process.execPath, ...before] = [...(options.through ?? []), process.execPath]
      const child = spawn(command, [...before, ...(options.node ?? []), options.program ?? bin, ...args], {
        cwd: place.folder,
        env: { PATH: process.env["PATH"], ...place.env, ...options.env },
        stdio: ["ignore", "pipe", "pipe"]
      })
      const said = { out: "", err: "", both: "" }
      const hear = (which: "out" | "err") => (text: string) => {
        said[which] += text
        said.both += text
      }
      child.stdout.setEncoding("utf8").on("data", hear("out"))
      child.stderr.setEncoding("utf8").on("data", hear("err"))
      let over: Ended | undefined
      const ending = new Promise<Ended>((resolve) => {
        // Not "close": a command that an agent left behind holds the pipes open.
        child.on("exit", (code, signal) => {
          setImmediate(() => resolve((over = { code, signal, out: said.out, err: said.err })))
        })
      })
      return {
        pid: child.pid ?? -1,
        printed: () => said.both,
        out: () => said.out,
        err: () => said.err,
        signal: (name) => void child.kill(name),
        ended: Effect.promise(() => ending),
        isOver: () => over !== undefined || child.exitCode !== null || child.signalCode !== null
      }
    }),
    (running) =>
      Effect.suspend(() => {
        if (!running.isOver()) running.signal("SIGKILL")
        return running.ended
      })
  )

interface Readiness {
  readonly status: number
  readonly ready: boolean
  readonly accounts: Readonly<
    Record<string, { readonly ready: boolean; readonly reason: string | null; readonly transport: string }>
  >
}

/** What `/readyz` says; undefined while nobody answers there. */
export const readiness = (place: Pick<Place, "url">): Effect.Effect<Readiness | undefined> =>
  Effect.promise(async (signal) => {
    try {
      const response = await fetch(`${place.url}/readyz`, {
        signal: AbortSignal.any([signal, AbortSignal.timeout(2_000)])
      })
      const body: Omit<Readiness, "status"> = JSON.parse(await response.text())
      return { ...body, status: response.status }
    } catch {
      return undefined
    }
  })

/** Waits until this process answers 200 on `/readyz`. A process that ends instead fails the test with what it said. */
export const ready = (place: Pick<Place, "url">, running: Running): Effect.Effect<Readiness> =>
  eventually(
    "ready",
    Effect.suspend(() =>
      running.isOver()
        ? Effect.die(new Error(`it ended instead of getting ready:\n${running.printed()}`))
        : Effect.map(readiness(place), (answer) => (answer?.status === 200 ? answer : undefined))
    ),
    { detail: running.printed }
  )

/** `serve`, ready. */
export const serve = Effect.fnUntraced(function* (
  place: Place,
  options: StartOptions & { readonly args?: ReadonlyArray<string> } = {}
) {
  const running = yield* start(place, ["serve", ...(options.args ?? [])], options)
  yield* ready(place, running)
  return running
})

/** SIGTERM, and the end that follows. */
export const stop = (running: Running): Effect.Effect<Ended> =>
  Effect.suspend(() => {
    running.signal("SIGTERM")
    return soon("its end after SIGTERM", running.ended)
  })

/** One command to its end. */
export const cli = (place: Pick<Place, "folder" | "env">, args: ReadonlyArray<string>, stdin?: string) =>
  soon(
    `zalo-effect ${args.join(" ")}`,
    Effect.promise(() => run(args, { env: place.env, cwd: place.folder, ...(stdin === undefined ? {} : { stdin }) }))
  )

/** The same with `--json`: stdout must be exactly one value. */
export const cliJson = (place: Pick<Place, "folder" | "env">, args: ReadonlyArray<string>) =>
  Effect.map(cli(place, [...args, "--json"]), (ended) => ({ ...ended, json: JSON.parse(ended.out) }))

/** Rows of the store as it stands. */
export const rows = (
  place: Pick<Place, "database">,
  sql: string,
  ...parameters: ReadonlyArray<SQLInputValue>
): ReadonlyArray<Record<string, string | number | null>> => {
  if (!existsSync(place.database)) return []
  const db = new DatabaseSync(place.database, { readOnly: true, timeout: 2_000 })
  try {
    return db
      .prepare(sql)
      .all(...parameters)
      .map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([key, value]) => [
            key,
            typeof value === "bigint" ? Number(value) : value instanceof Uint8Array ? null : value
          ])
        )
      )
  } finally {
    db.close()
  }
}
