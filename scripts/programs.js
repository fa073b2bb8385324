// Which program each command is built into, found by what the command's own file imports.
import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { rolldown } from "rolldown"
import { anything } from "../src/cli/Param.ts"
import { tree } from "../src/cli/tree.ts"

/**
 * Which groups of commands share a program, and which commands have another than their group: one that needs much more than
 * the rest, or much less. A program of one's own starts faster, because what it holds costs something even
 * where it is not run; but each holds a copy of what all of them need.
 */
const shared = { trace: "queue", schedule: "broadcast", "access import": "grants", "config schema": "schema" }

const src = fileURLToPath(new URL("../src/", import.meta.url))

/** What of the machine the small programs can give to a command: what `main/small.ts` loads when it is asked for. */
const layers = Array.from(
  readFileSync(`${src}main/small.ts`, "utf8").matchAll(/import\("\.\/(\w+)\.ts"\)/g),
  (match) => match[1]
)

/** The file that a command's `load` imports. All of them are named from a file in `cli/tree`. */
const fileOf = ({ load, name }) => {
  const specifier = /import\(\s*"([^"]+)"\s*\)/.exec(String(load))?.[1] ?? ""
  const file = fileURLToPath(new URL(specifier, `file://${src}cli/tree/`))
  if (!file.endsWith(".ts") || !existsSync(file)) throw new Error(`where is the file of the command ${name}? ${load}`)
  return file
}

const leaves = (node) => (node._tag === "Command" ? [node] : node.children.flatMap(leaves))

/** What each file imports in the end, types left out: the bundler's own view. */
async function importsOf(files) {
  const graph = new Map()
  const build = await rolldown({
    input: files,
    external: (id) => !/^[./]/.test(id),
    platform: "node",
    logLevel: "silent",
    plugins: [
      {
        name: "graph",
        buildEnd() {
          for (const id of this.getModuleIds()) {
            const { dynamicallyImportedIds, importedIds } = this.getModuleInfo(id)
            graph.set(id, [...importedIds, ...dynamicallyImportedIds])
          }
        }
      }
    ]
  })
  await build.generate({ format: "esm" })
  await build.close()
  return graph
}

/** The tree names every command, for whoever writes about them; it runs none. */
const names = `${src}cli/tree`

const reached = (graph, from) => {
  const seen = new Set([from])
  for (const id of seen) if (!id.startsWith(names)) for (const next of graph.get(id) ?? []) seen.add(next)
  return seen
}

/**
 * The tree as data for `main/front.ts`, and the small programs: each has the commands of some groups, as far as they need the
 * store or files, and no more; `main` has everything.
 */
export async function programs() {
  const commands = leaves(tree)
  const graph = await importsOf([...new Set(commands.map(fileOf))])
  const small = {}
  const programOf = (command, group) => {
    const file = fileOf(command)
    const needs = reached(graph, file)
    if (needs.has(`${src}cli/Operations.ts`)) return "main"
    const name = shared[`${group} ${command.name}`] ?? shared[group] ?? group
    const texts = [...needs].filter((id) => id.startsWith(`${src}cli/`)).map((id) => readFileSync(id, "utf8"))
    const program = (small[name] ??= { commands: new Set(), layers: new Set() })
    program.commands.add(file)
    for (const layer of layers) {
      // Rather one too many than one too few.
      const named = new RegExp(`\\b${layer}\\b`)
      if (texts.some((source) => source.includes("/Platform.ts") && named.test(source))) {
        program.layers.add(`${src}main/${layer}.ts`)
      }
    }
    return name
  }
  const data = (node, group) => {
    if (node._tag === "Group") {
      return { ...node, children: node.children.map((child) => data(child, group ?? child.name)) }
    }
    const { load: _load, server: _server, ...rest } = node
    return {
      ...rest,
      flags: node.flags.map(({ problem, read: _read, ...flag }) => ({ ...flag, checked: problem !== anything })),
      oneOf: node.oneOf.map((choice) => choice.map(({ name }) => name)),
      operands: node.operands.map(({ read: _read, ...operand }) => operand),
      program: programOf(node, group)
    }
  }
  return { tree: data(tree), small }
}
