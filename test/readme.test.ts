import { assert, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { markers, settings } from "../scripts/readme.ts"

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8")

it("the table of settings is the one that the program's own recipes make: npm run docs writes it", () => {
  const [open, close] = markers
  const written = readme.slice(readme.indexOf(open) + open.length, readme.indexOf(close)).trim()
  assert.strictEqual(written, settings())
})

it("the agent and the program that it shows are the ones in scratchpad/, which are run by tests", () => {
  for (const file of ["agent.py", "embed.ts"]) {
    const program = readFileSync(new URL(`../scratchpad/${file}`, import.meta.url), "utf8").trim()
    assert.include(readme, program, file)
  }
})
