import { readdirSync, readFileSync } from "node:fs"
import { assert, describe, it } from "vitest"
import { importsOf, rules, type Sources } from "./architecture/rules.ts"

const root = new URL("../src/", import.meta.url)
const src: Sources = new Map(
  readdirSync(root, { recursive: true, encoding: "utf8" })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => file.endsWith(".ts"))
    .map((file) => [file, readFileSync(new URL(file, root), "utf8")])
)

/** The sources with one more file in them. */
const planted = (file: string, source: string): Sources => new Map([...src, [file, source]])

/** For each rule, offenders that it has to catch. */
const offenders: Readonly<Record<string, ReadonlyArray<Sources>>> = {
  "rooms import only those below them": [
    planted("domain/planted.ts", `import { Gate } from "../access/Gate.ts"\n`),
    planted("sandbox/planted.ts", `import type { ZaloError } from "../zalo/ZaloError.ts"\n`),
    planted("sandbox/page/planted.ts", `import type { ZaloError } from "../../zalo/ZaloError.ts"\n`),
    planted("updates/planted.ts", `import type {\n  Gate\n} from "../access/Gate.ts"\n`),
    planted("cli/commands/planted.ts", `export const run = () => import("../../node/store.ts")\n`),
    planted("node/planted.ts", `export { prepare } from "../cli/runner.ts"\n`),
    planted("zalo/planted.ts", `import "../journal/Journal.ts"\n`),
    planted("attic/planted.ts", `import { Gate } from "../access/Gate.ts"\n`),
    planted("node/planted.ts", `import { settled } from "../testing/TestGateway.ts"\n`)
  ],
  "no rooms import each other in a circle": [planted("journal/planted.ts", `import "../gateway/config/load.ts"\n`)],
  "only node, the test kit and the entries know Node": [
    planted("cli/planted.ts", `import { readFileSync } from "node:fs"\n`),
    planted("gateway/planted.ts", `import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"\n`)
  ],
  "the portable entry reaches nothing of Node": [
    planted("index.ts", `export * from "./node/store.ts"\n`),
    planted("index.ts", `import { createServer } from "node:http"\n`),
    planted("index.ts", `export { Gateway } from "./main/serve.ts"\n`)
  ],
  "effect is imported by module, never by barrel": [
    planted("render/planted.ts", `import { Effect } from "effect"\n`),
    planted("journal/planted.ts", `import { SqlClient } from "effect/sql"\n`),
    planted("node/planted.ts", `import { NodeRuntime } from "@effect/platform-node"\n`)
  ],
  "unstable modules of effect stay in the rooms that need them": [
    planted("domain/planted.ts", `import * as SqlClient from "effect/sql/SqlClient"\n`),
    planted("cli/planted.ts", `import * as Command from "effect/cli/Command"\n`),
    planted("render/planted.ts", `import * as Rpc from "effect/rpc/Rpc"\n`)
  ],
  "no file is longer than 300 lines": [planted("render/planted.ts", "\n".repeat(301))],
  "relative imports name a file with its ending": [
    planted("access/planted.ts", `import { Gate } from "./Gate"\n`),
    planted("access/planted.ts", `import { Gate } from "./Gates.ts"\n`)
  ]
}

describe("the house", () => {
  for (const [sentence, rule] of Object.entries(rules)) {
    it(`${sentence}: nobody offends`, () => {
      assert.deepStrictEqual(rule(src), [])
    })

    it(`${sentence}: an offender is caught`, () => {
      const before = rule(src).length
      const found = offenders[sentence]?.map((sources) => rule(sources).length > before) ?? []
      assert.isNotEmpty(found)
      assert.notInclude(found, false)
    })
  }

  it("is read whole: every form of import is seen", () => {
    assert.deepStrictEqual(
      importsOf(
        `import a from "a"\nimport {\n  b\n} from "b"\nexport * from "c"\nimport "d"\nconst e = import("e")\n// from "f"`
      ),
      ["a", "b", "c", "d", "e"]
    )
    assert.isAbove(src.size, 100)
  })
})
