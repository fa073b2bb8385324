import { existsSync, readFileSync } from "node:fs"
import { assert, describe, it } from "vitest"
import type { Command, Group } from "../../src/cli/Command.ts"
import { tree } from "../../src/cli/tree.ts"
import { FindingCode } from "../../src/gateway/doctor/Finding.ts"

const root = new URL("../../", import.meta.url)
const page = readFileSync(new URL("docs/operations.md", root), "utf8")

/** The cells of a table's rows, its head left out. */
const rowsUnder = (heading: string): ReadonlyArray<ReadonlyArray<string>> => {
  const section = page.slice(page.indexOf(`## ${heading}`)).slice(3)
  const end = section.indexOf("\n## ")
  return section
    .slice(0, end < 0 ? undefined : end)
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .slice(2)
    .map((line) => line.split(/(?<!\\)\|/).slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim()))
}

/** What stands in back quotes. */
const quoted = (text: string): ReadonlyArray<string> =>
  [...text.replaceAll(/^```[\s\S]*?^```/gm, "").matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? "")

const leads = (node: Command | Group, words: ReadonlyArray<string>): boolean => {
  const [word, ...rest] = words
  if (node._tag === "Command") return true
  if (word === undefined) return false
  const child = node.children.find(({ name }) => name === word)
  return child !== undefined && leads(child, rest)
}

const commandsIn = (text: string): ReadonlyArray<string> =>
  quoted(text).filter((code) => code.startsWith("zalo-effect ") && !code.startsWith("zalo-effect/"))

const complaints = rowsUnder("What people complain about, and what answers it")

describe("docs/operations.md", () => {
  it("has a line for everything that doctor can find, and for nothing else", () => {
    const told = rowsUnder("What doctor finds").flatMap(([codes = ""]) => quoted(codes))
    assert.deepStrictEqual(told.toSorted(), [...FindingCode.literals].toSorted())
  })

  it("answers each of the twenty-five complaints", () => {
    assert.deepStrictEqual(
      complaints.map(([n]) => Number(n)),
      Array.from({ length: 25 }, (_, n) => n + 1)
    )
  })

  it("names only commands that there are", () => {
    const named = commandsIn(page).map((command) => command.split(" ").slice(1))
    assert.isAbove(named.length, 30)
    assert.deepStrictEqual(
      named.filter((words) => !leads(tree, words)),
      []
    )
    const shell = [...page.matchAll(/^zalo-effect (\S+(?: \S+)?)/gm)].map((match) => (match[1] ?? "").split(" "))
    assert.deepStrictEqual(
      shell.filter((words) => !leads(tree, words)),
      []
    )
  })

  for (const [n, complaint, , test = ""] of complaints) {
    it(`complaint ${n} (${complaint}) is held by a test that there is`, () => {
      const [file = ""] = quoted(test)
      const title = /: "(.+)"$/.exec(test)?.[1]
      assert.isDefined(title)
      assert.isTrue(existsSync(new URL(file, root)), file)
      assert.include(readFileSync(new URL(file, root), "utf8"), title ?? "")
    })
  }

  it("leads only to chapters that there are", () => {
    const links = [...page.matchAll(/\]\(([a-z-]+\.md)\)/g)].map((match) => match[1] ?? "")
    assert.isNotEmpty(links)
    assert.deepStrictEqual(
      links.filter((link) => !existsSync(new URL(`docs/${link}`, root))),
      []
    )
  })
})
