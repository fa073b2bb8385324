// Which program each command is built into, found by what the command's own file imports.
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { rolldown } from "rolldown"
import { anything } from "../src/cli/Param.ts"
import { tree } from "../src/cli/tree.ts"

/** Whoever imports one of these has to do with the configuration. */
const config = ["gateway/config/parse.ts", "gateway/config/jsonSchema.ts"]

const src = fileURLToPath(new URL("../src/", import.meta.url))

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

const reached = (graph, from) => {
  const seen = new Set([from])
  for (const id of seen) for (const next of graph.get(id) ?? []) seen.add(next)
  return seen
}

/**
 * The tree as data for `main/front.ts`, and the commands' files by program: `store` and `files` have what needs the store, or
 * the configuration's file, and no more; `main` has everything.
 */
export async function programs() {
  const commands = leaves(tree)
  const graph = await importsOf([...new Set(commands.map(fileOf))])
  const byProgram = { store: new Set(), files: new Set() }
  const programOf = (command) => {
    const file = fileOf(command)
    const needs = reached(graph, file)
    if (needs.has(`${src}cli/Operations.ts`)) return "main"
    const program = config.some((file) => needs.has(src + file)) ? "files" : "store"
    byProgram[program].add(file)
    return program
  }
  const data = (node) => {
    if (node._tag === "Group") return { ...node, children: node.children.map(data) }
    const { load: _load, server: _server, ...rest } = node
    return {
      ...rest,
      flags: node.flags.map(({ problem, read: _read, ...flag }) => ({ ...flag, checked: problem !== anything })),
      oneOf: node.oneOf.map((choice) => choice.map(({ name }) => name)),
      operands: node.operands.map(({ read: _read, ...operand }) => operand),
      program: programOf(node)
    }
  }
  return { tree: data(tree), byProgram }
}
