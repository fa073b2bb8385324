import { assert, it } from "@effect/vitest"
import { diff } from "../../../../src/gateway/config/setup/diff.ts"
import { hideSecrets, secretsIn, shown } from "../../../../src/gateway/config/setup/hidden.ts"

const value = {
  channels: { zalo: { botToken: "1:a", webhookSecret: "${HOOK}", proxy: "http://u:p@h", name: "1" } },
  agent: { apiKey: { source: "exec", provider: "v", id: "a/b" }, headers: { x: "Bearer t", y: "$NAME" } },
  gateway: { token: 'it\'s "quoted"' }
}

it("the secrets of a file are its own texts, not the references", () => {
  assert.deepStrictEqual(secretsIn(value), ["1:a", "http://u:p@h", "Bearer t", 'it\'s "quoted"'])
})

it("a secret is hidden however it is quoted, and a new one is told apart", () => {
  const secrets = secretsIn(value)
  const text = `{a: "1:a", b: 'it\\'s "quoted"', c: "it's \\"quoted\\""}`
  assert.strictEqual(hideSecrets(text, secrets), '{a: "***", b: \'***\', c: "***"}')
  assert.strictEqual(hideSecrets('"1:a"', ["1:a"], []), '"*** (new)"')
})

it("what is shown keeps references and hides the rest", () => {
  assert.deepStrictEqual(shown(value, []), {
    channels: { zalo: { botToken: "***", webhookSecret: "${HOOK}", proxy: "***", name: "1" } },
    agent: { apiKey: { source: "exec", provider: "v", id: "a/b" }, headers: { x: "***", y: "$NAME" } },
    gateway: { token: "***" }
  })
})

it("a diff shows what changes with three lines around it", () => {
  const before = ["1", "2", "3", "4", "5", "6", "7", "8", "9"].join("\n")
  assert.strictEqual(diff(before, before.replace("8", "eight")), "  …\n  5\n  6\n  7\n- 8\n+ eight\n  9")
  assert.strictEqual(diff("", "a\nb\n"), "+ a\n+ b")
  assert.strictEqual(diff("a\n", "a\n"), "")
})
