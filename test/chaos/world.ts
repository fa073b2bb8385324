import * as Effect from "effect/Effect"
import {
  freePort,
  makePlace,
  origin,
  otherToken,
  type Place,
  rows,
  startZalo,
  token,
  webhookSecret,
  type Zalo
} from "../e2e/harness.ts"
import { listenProxy } from "../bench/proxy.ts"
import { type Query, queryOf } from "../postgres/database.ts"
import type { EmulatorServerOptions } from "../../src/node/sandbox-server.ts"
import { chunkLimit } from "./load.ts"
import type { Said } from "./model.ts"

export type Way = "polling" | "webhook"

/** What a gateway stands on: a journal of its own, or one on Postgres that several runners share. */
export interface Ground {
  readonly storeUrl?: string | undefined
  readonly runners: number
  /** Where the data directory of the only process is, if not in its place. */
  readonly data?: string | undefined
  /** Machines of their own for the runners. */
  readonly hosts?: ReadonlyArray<Host> | undefined
}

/** A runner's own network: its address, how a program is run there, and where the Bot API is from there. */
export interface Host {
  readonly address: string
  readonly through: ReadonlyArray<string>
  /** The same port, as it is reached from there. */
  readonly reach: (port: number) => Effect.Effect<{ readonly host: string; readonly port: number }>
}

/** A place, and how programs are run in it. */
export interface Spot extends Place {
  readonly through: ReadonlyArray<string>
  readonly host: string
}

export const alone: Ground = { runners: 1 }

/** Two bots of one gateway: one echoes, one has an agent behind HTTP. */
export const bots = [
  { account: "default", id: token.split(":", 1)[0] ?? "" },
  { account: "slow", id: otherToken.split(":", 1)[0] ?? "" }
]

const configure = (place: Place, transport: Way, agent: string, rest: object) => {
  const hook = (secret: string) =>
    transport === "polling" ? {} : { webhookUrl: `${origin}/zalo`, webhookSecret: secret }
  place.configure(
    {
      botToken: token,
      dmPolicy: "open",
      allowFrom: ["*"],
      textChunkLimit: chunkLimit,
      ...hook(webhookSecret),
      accounts: {
        slow: { botToken: otherToken, agent: { type: "http", url: agent }, ...hook("the-slow-bot's-secret") }
      }
    },
    { agent: { type: "echo" }, ...rest }
  )
}

/** An emulated Zalo, and one gateway or several that share its bots. */
export interface World {
  readonly zalo: Zalo
  readonly places: ReadonlyArray<Spot>
  readonly query: Query
}

/** Whether the store holds something that is admitted and not settled. */
export const isOpen = ({ query }: Pick<World, "query">): Effect.Effect<boolean> =>
  Effect.gen(function* () {
    if ((yield* query("SELECT 1 AS one FROM inbox WHERE state = 'pending' LIMIT 1")).length > 0) return true
    return (yield* query("SELECT 1 AS one FROM outbox WHERE state IN ('queued', 'sending') LIMIT 1")).length > 0
  })

/** All is sent, and Zalo has nothing more to give. */
export const drained = (world: World, said: ReadonlyArray<Said>, transport: Way) =>
  Effect.gen(function* () {
    const { zalo } = world
    if (yield* isOpen(world)) return false
    for (const bot of bots) if ((yield* zalo.pending({ bot: bot.id })) > 0) return false
    if (transport === "polling") return true
    // A delivery that was cut comes again: all of them have been answered.
    const answered = new Set((yield* zalo.deliveries).filter((one) => one.status === 200).map((one) => one.messageId))
    return said.every((one) => answered.has(one.id))
  })

/** An address of this machine as that host knows it. */
const seenFrom = Effect.fnUntraced(function* (from: Host, address: string) {
  const url = new URL(address)
  const { host, port } = yield* from.reach(Number(url.port))
  url.hostname = host
  url.port = String(port)
  return url.href.replace(/\/$/, "")
})

const placesOn = Effect.fnUntraced(function* (api: string, ground: Ground, transport: Way, agent: string) {
  const places: Array<Spot> = []
  for (let n = 0; n < ground.runners; n++) {
    const at = ground.hosts?.[n]
    const made = yield* makePlace(at === undefined ? api : yield* seenFrom(at, api))
    const data = ground.data === undefined ? {} : { ZALO_EFFECT_DATA_DIR: ground.data }
    const host = at?.address ?? "127.0.0.1"
    const place = {
      ...made,
      host,
      through: at?.through ?? [],
      url: `http://${host}:${made.port}`,
      env: { ...made.env, ...data },
      ...(ground.data !== undefined && { database: `${ground.data}/zalo-effect.db` })
    }
    const { storeUrl } = ground
    const seen = (url: string) => (at === undefined ? Effect.succeed(url) : seenFrom(at, url))
    const store = storeUrl === undefined ? {} : { store: { url: yield* seen(storeUrl) } }
    const cluster = ground.runners === 1 ? {} : { cluster: { host, port: yield* freePort } }
    configure(place, transport, yield* seen(agent), { ...store, gateway: { host, ...cluster } })
    places.push(place)
  }
  return places
})

/** An emulated Zalo with both bots, and places that are configured for them. */
export const makeWorld = Effect.fnUntraced(function* (
  way: Way,
  agent: string,
  options: EmulatorServerOptions = {},
  ground: Ground = alone
) {
  const { url, zalo } = yield* startZalo({
    bots: [{ token }, { token: otherToken, displayName: "Bot Chậm" }],
    history: 1_000_000,
    ...options
  })
  const places = yield* placesOn(url, ground, way, agent)
  const [place] = places
  if (place === undefined) return yield* Effect.die(new Error("a world has a place"))
  const front =
    ground.runners === 1
      ? place
      : yield* Effect.acquireRelease(
          Effect.promise(() =>
            listenProxy(
              places.map(({ port }) => port),
              { hosts: places.map(({ host }) => host) }
            )
          ),
          ({ close }) => Effect.sync(close)
        )
  yield* zalo.set({ webhookTargets: { [origin]: `http://127.0.0.1:${front.port}` } })
  const query =
    ground.storeUrl === undefined
      ? (sql: string) => Effect.sync(() => rows(place, sql))
      : yield* queryOf(ground.storeUrl)
  const world: World & { readonly place: Place } = { zalo, places, place, query }
  return world
})
