import { spawnSync } from "node:child_process"
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import { listenProxy } from "../../bench/proxy.ts"
import type { Chance } from "../../chaos/chance.ts"
import type { Strike } from "../../chaos/loop.ts"
import type { Host } from "../../chaos/world.ts"

const ip = (...args: ReadonlyArray<string>): boolean => spawnSync("ip", args).status === 0

/** Machines on one cable, each a network namespace of this one. */
export interface Networks {
  readonly hosts: ReadonlyArray<Host>
  /** One of them is cut off for some seconds: from the other runners alone, or from everything. */
  readonly strike: Strike
}

const subnet = "10.213.77"

/** Undefined where network namespaces cannot be made. */
export const makeNetworks = Effect.fnUntraced(function* (
  count: number,
  chance: Chance
): Effect.fn.Return<Networks | undefined, never, Scope.Scope> {
  const bridge = "zebr0"
  const names = Array.from({ length: count }, (_, n) => `zalo-effect-${n}`)
  const address = (n: number) => `${subnet}.${10 + n}`
  const remove = Effect.sync(() => {
    for (const name of names) ip("netns", "del", name)
    ip("link", "del", bridge)
  })
  yield* remove
  yield* Effect.addFinalizer(() => remove)
  const made =
    ip("link", "add", bridge, "type", "bridge") &&
    ip("addr", "add", `${subnet}.1/24`, "dev", bridge) &&
    ip("link", "set", bridge, "up") &&
    names.every(
      (name, n) =>
        ip("netns", "add", name) &&
        ip("link", "add", `zeve${n}`, "type", "veth", "peer", "name", "eth0", "netns", name) &&
        ip("link", "set", `zeve${n}`, "master", bridge, "up") &&
        ip("-n", name, "addr", "add", `${address(n)}/24`, "dev", "eth0") &&
        ip("-n", name, "link", "set", "eth0", "up") &&
        ip("-n", name, "link", "set", "lo", "up")
    )
  if (!made) return undefined
  const gates = new Map<number, number>()
  /** What listens on loopback here is reached there through a door of the cable's own. */
  const reach = Effect.fnUntraced(function* (port: number) {
    const known = gates.get(port)
    if (known !== undefined) return { host: `${subnet}.1`, port: known }
    const gate = yield* Effect.promise(() => listenProxy([port], { listen: `${subnet}.1` }))
    yield* Effect.addFinalizer(() => Effect.sync(gate.close))
    gates.set(port, gate.port)
    return { host: `${subnet}.1`, port: gate.port }
  })
  const scope = yield* Effect.scope
  const hosts = names.map((name, n): Host => ({
    address: address(n),
    through: ["ip", "netns", "exec", name],
    reach: (port) => reach(port).pipe(Effect.provideService(Scope.Scope, scope))
  }))
  const now = Effect.gen(function* () {
    const victim = chance.between(0, count - 1)
    const fromAll = chance.next() < 0.5
    const others = names.flatMap((name, n) => (n === victim ? [] : [{ name, n }]))
    const cut = Effect.sync(() => {
      if (fromAll) return void ip("link", "set", `zeve${victim}`, "down")
      for (const { n, name } of others) {
        ip("-n", names[victim] ?? "", "route", "add", "blackhole", `${address(n)}/32`)
        ip("-n", name, "route", "add", "blackhole", `${address(victim)}/32`)
      }
    })
    const heal = Effect.sync(() => {
      if (fromAll) return void ip("link", "set", `zeve${victim}`, "up")
      for (const { n, name } of others) {
        ip("-n", names[victim] ?? "", "route", "del", "blackhole", `${address(n)}/32`)
        ip("-n", name, "route", "del", "blackhole", `${address(victim)}/32`)
      }
    })
    yield* cut
    yield* Effect.sleep(chance.between(1_000, 8_000))
    yield* heal
  })
  return { hosts, strike: { now } }
})
