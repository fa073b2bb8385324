import { readFileSync } from "node:fs"
import { assert, describe, it } from "vitest"
import { commands } from "../../scripts/commands.ts"
import type { Command, Group } from "../../src/cli/Command.ts"
import { parse } from "../../src/cli/parse.ts"
import { tree } from "../../src/cli/tree.ts"

interface Leaf {
  readonly path: string
  readonly node: Command
}

const leaves = (node: Command | Group, path: ReadonlyArray<string> = []): ReadonlyArray<Leaf> =>
  node._tag === "Command"
    ? [{ path: path.join(" "), node }]
    : node.children.flatMap((child) => leaves(child, [...path, child.name]))

const all = leaves(tree)

/** The words of an example as a shell hands them over: quotes taken off, and what follows a redirection left out. */
const words = (example: string): ReadonlyArray<string> => {
  const [command = ""] = example.split(/\s[<>|]\s/, 1)
  return Array.from(
    command.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S+)/g),
    (match) => match[1] ?? match[2] ?? match[3] ?? ""
  )
}

describe("every command", () => {
  it("says in one line what it does, lower case and without a full stop", () => {
    for (const { node, path } of all) {
      assert.match(node.summary, /^[a-z].*[^.]$/, path)
      assert.notInclude(node.summary, "\n", path)
    }
  })

  it("takes the same numbers for --limit, and refuses the same words", () => {
    const limited = all.flatMap(({ node, path }) => {
      const limit = node.flags.find(({ name }) => name === "limit")
      return limit === undefined ? [] : [{ limit, path }]
    })
    assert.isAtLeast(limited.length, 7)
    for (const { limit, path } of limited) {
      for (const good of ["1", "100", "100000"]) assert.isUndefined(limit.problem(good), `${path} ${good}`)
      for (const bad of ["", "0", "007", "-1", "1.5", "1e3", "many", "1000000"]) {
        assert.match(limit.problem(bad) ?? "", /^a limit is a whole number from 1 to \d+$/, `${path} ${bad}`)
      }
      assert.match(limit.summary, /, at most \(\d+\)$/, path)
    }
  })

  it("shows the shape of its answer", () => {
    for (const { node, path } of all) assert.isNotEmpty(node.shape.trim(), path)
  })

  it("has an example, and its examples are right", () => {
    for (const { node, path } of all) {
      assert.isNotEmpty(node.examples, path)
      for (const example of node.examples) {
        const { error, path: led } = parse(tree, words(example))
        assert.deepStrictEqual([error?.message, led.join(" ")], [undefined, path], example)
      }
    }
  })

  it("explains its flags and operands", () => {
    for (const { node, path } of all) {
      for (const { name, summary } of [...node.flags, ...node.operands]) assert.isNotEmpty(summary, `${path} ${name}`)
    }
  })

  it("takes a value for a flag, or takes none, as all the others do", () => {
    const known = new Map<string, { readonly takes: boolean; readonly path: string }>()
    for (const { node, path } of all) {
      for (const { name, value } of node.flags) {
        const before = known.get(name)
        const takes = value !== undefined
        assert.strictEqual(takes, before?.takes ?? takes, `--${name}: ${path} and ${before?.path}`)
        known.set(name, { takes, path })
      }
    }
  })

  it("has one word, and none twice in its group", () => {
    const walk = (node: Command | Group): void => {
      if (node._tag === "Command") return
      const names = node.children.map(({ name }) => name)
      assert.deepStrictEqual([...new Set(names)], names)
      for (const name of names) assert.match(name, /^[a-z][a-z-]*$/)
      node.children.forEach(walk)
    }
    walk(tree)
  })
})

it("docs/commands.md is what the tree says: npm run docs", () => {
  assert.strictEqual(readFileSync(new URL("../../docs/commands.md", import.meta.url), "utf8"), commands())
})
