import { readFileSync } from "node:fs"
import { assert, it } from "@effect/vitest"
import { markdown } from "../../src/render/markdown.ts"
import { shown } from "./shown.ts"

it("the answer in the README is shown as the README says", () => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8")
  const source = /^````markdown\n(.*?)\n````$/ms.exec(readme)?.[1] ?? ""
  const words = /^````$.*?^```text\n(.*?)\n```$/ms.exec(readme)?.[1]
  const styled = markdown(source)
  assert.strictEqual(styled.text, words)
  const runs = Array.from(shown(styled).matchAll(/⟨(.*?)\|(.*?)⟩/gs), ([, look, text]) => [text, look])
  assert.deepStrictEqual(runs, [
    ["Đơn hàng 1122", "b,f_18"],
    ["chị Lan", "b"],
    ["đã xác nhận", "c_15a85f"],
    ["ít đường", "s"],
    ["9 giờ", "i"]
  ])
  for (const [text] of runs) assert.include(readme, `"${text}"`)
})
