import { execFileSync } from "node:child_process"
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { here } from "../../bench/processes.ts"

/** What `npm install` of one package brings. */
export interface Installed {
  readonly packages: number
  readonly megabytes: number
}

const modules = here("../../node_modules")

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const manifest = (folder: string): Manifest => JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))

/** Without what is nested in it: a package of its own. */
const bytesIn = (folder: string): number =>
  readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(folder, entry.name)
    if (entry.name === "node_modules") return sum
    return sum + (entry.isDirectory() ? bytesIn(path) : statSync(path).size)
  }, 0)

/** Where Node finds a package that this one asks for. */
const resolve = (from: string, name: string): string | undefined => {
  for (let folder = from; ; folder = join(folder, "..")) {
    const found = join(folder, "node_modules", name)
    if (existsSync(join(found, "package.json"))) return found
    if (folder === here("../..").replace(/\/$/, "") || folder === "/") return undefined
  }
}

const closure = (folder: string, seen: Set<string>): Set<string> => {
  const { dependencies, optionalDependencies } = manifest(folder)
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
    const found = resolve(folder, name)
    if (found === undefined || seen.has(found)) continue
    seen.add(found)
    closure(found, seen)
  }
  return seen
}

const sum = (folders: Iterable<string>): Installed => {
  const all = Array.from(folders)
  return { packages: all.length, megabytes: all.reduce((bytes, folder) => bytes + bytesIn(folder), 0) / 1e6 }
}

/** Of a package beside ours. */
export const sizeOf = (...names: ReadonlyArray<string>): Installed => {
  const seen = new Set(names.map((name) => join(modules, name)))
  for (const folder of Array.from(seen)) closure(folder, seen)
  return sum(seen)
}

/** Of ours, packed: what is in the tarball, and its dependencies. */
export const ownSize = (): Installed & { readonly ownMegabytes: number } => {
  const root = here("../..").replace(/\/$/, "")
  const packed = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: root,
    encoding: "utf8"
  })
  const [{ unpackedSize }]: [{ unpackedSize: number }] = JSON.parse(packed)
  const others = sum(closure(root, new Set()))
  return {
    packages: others.packages + 1,
    megabytes: others.megabytes + unpackedSize / 1e6,
    ownMegabytes: unpackedSize / 1e6
  }
}
