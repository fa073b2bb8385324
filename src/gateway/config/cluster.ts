import * as recipe from "./recipe/cluster.ts"
import { gateway } from "./recipe/file.ts"
import * as storeRecipe from "./recipe/store.ts"
import type { Report } from "./report.ts"
import { type Scope, get, has, inner } from "./scope.ts"
import type { Shown } from "./show.ts"
import type { StoreSettings } from "./store.ts"

/** This process as one of several on one store (`design.md` §4). */
export interface ClusterSettings {
  /** Where the other runners reach this one. */
  readonly host: string
  readonly port: number
  /** The address to listen on for them. */
  readonly listen: string
}

/** What the command line says of it; it wins over the file. */
export interface ClusterFlags {
  readonly clusterHost?: string | undefined
  readonly clusterPort?: number | undefined
}

/** `gateway.cluster`; undefined where this process has its store for itself. */
export const clusterOf = (
  file: Scope,
  flags: ClusterFlags,
  store: StoreSettings,
  report: Report
): ClusterSettings | undefined => {
  const section = inner(inner(file, gateway), recipe.cluster)
  const host = flags.clusterHost ?? get(section, recipe.host)
  const { clusterPort } = flags
  if (clusterPort !== undefined && !(Number.isInteger(clusterPort) && clusterPort >= 1 && clusterPort <= 65_535)) {
    report.outside("--cluster-port", "must be a whole number from 1 to 65535", "Name a port")
  }
  if (host === undefined) {
    if (section.entries.size > 0 && !has(section, recipe.host)) {
      report.problem(section.path, "lacks host", "Write the address at which the other runners reach this one")
    }
    if (clusterPort !== undefined) {
      report.outside("--cluster-port", "is given without a host", "Give --cluster-host, or set gateway.cluster.host")
    }
    return undefined
  }
  // A store that is written and cannot be used is a problem of its own.
  if (store.postgres === undefined && !has(inner(file, storeRecipe.store), storeRecipe.url)) {
    report.outside(
      flags.clusterHost === undefined ? "gateway.cluster" : "--cluster-host",
      "needs a store that several processes can share",
      "Set store.url, or ZALO_EFFECT_STORE_URL, to a PostgreSQL database"
    )
  }
  return { host, port: clusterPort ?? get(section, recipe.port) ?? 8790, listen: get(section, recipe.listen) ?? host }
}

export const showCluster = (of: ClusterSettings | undefined): Shown | null =>
  of === undefined ? null : { host: of.host, port: of.port, listen: of.listen }
