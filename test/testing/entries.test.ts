import { readFileSync } from "node:fs"
import { assert, describe, it } from "vitest"

const root = new URL("../../src/", import.meta.url)
const read = (file: URL) => readFileSync(file, "utf8")

interface Exported {
  readonly name: string
  readonly source: URL
}

/** Everything that an entry exports, with the file that declares it; a namespace brings its members. */
const exportsOf = (entry: URL): ReadonlyArray<Exported> => {
  const text = read(entry)
  const listed = [...text.matchAll(/export (?:type )?\{([^}]*)\} from "([^"]+)"/g)].flatMap(
    ([, names = "", from = ""]) =>
      names
        .split(",")
        .map((one) =>
          one
            .trim()
            .replace(/^type /, "")
            .replace(/ as .*$/, "")
        )
        .filter((name) => name !== "")
        .map((name) => ({ name, source: new URL(from, entry) }))
  )
  const members = [...text.matchAll(/export \* as \w+ from "([^"]+)"/g)].flatMap(([, from = ""]) => {
    const source = new URL(from, entry)
    const own = [...read(source).matchAll(/^export (?:const|class|interface|type|function) (\w+)/gm)]
    return [...own.map(([, name = ""]) => ({ name, source })), ...exportsOf(source)]
  })
  return [...listed, ...members]
}

const undocumented = ({ name, source }: Exported): boolean =>
  !new RegExp(`\\*/\\nexport (?:const|class|interface|type|function) ${name}\\b`).test(read(source))

describe.each(["index.ts", "node.ts", "testing.ts"])("%s", (entry) => {
  it("says of each of its exports what it is", () => {
    const all = exportsOf(new URL(entry, root))
    assert.isNotEmpty(all)
    assert.deepStrictEqual(
      all.filter(undocumented).map(({ name, source }) => `${name} in ${source.pathname.slice(root.pathname.length)}`),
      []
    )
  })
})
