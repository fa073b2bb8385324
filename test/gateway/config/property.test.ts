import { assert, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as fc from "fast-check"
import { nearest } from "../../../src/gateway/config/nearest.ts"
import { duration, durationText } from "../../../src/gateway/config/recipe/duration.ts"
import { show } from "../../../src/gateway/config/show.ts"
import { account, check, checkFiles, checkZalo } from "./kit.ts"

const S = "S3CRET"

const length = fc.oneof(
  fc.integer({ min: 1, max: 86_400 }),
  fc.tuple(fc.integer({ min: 1, max: 999 }), fc.constantFrom("ms", "s", "m", "h")).map(([n, unit]) => `${n}${unit}`)
)
const id = fc.oneof(
  fc.stringMatching(/^[a-f0-9]{4,20}$/),
  fc.constant("*"),
  fc.integer({ min: 0 }),
  fc.constant("zalo:ABC")
)

const owner = id.filter((one) => one !== "*")

/** Every key with good values only. */
const good = {
  name: fc.string(),
  dmPolicy: fc.constantFrom("pairing", "allowlist", "disabled"),
  allowFrom: fc.array(id),
  groupPolicy: fc.constantFrom("open", "allowlist", "disabled"),
  groupAllowFrom: fc.array(id),
  mediaMaxMb: fc.integer(),
  proxy: fc.constantFrom("", `http://u:${S}@proxy.example`),
  responsePrefix: fc.string(),
  markdown: fc.record(
    { tables: fc.constantFrom("code", "bullets", "block", "off"), filterArtifacts: fc.boolean() },
    { requiredKeys: [] }
  ),
  configWrites: fc.boolean(),
  enabled: fc.boolean(),
  historyLimit: fc.nat(),
  onUnknown: fc.constantFrom("resend", "hold"),
  language: fc.constantFrom("vi", "en"),
  pairing: fc.record(
    { ttl: length, maxPending: fc.integer({ min: 1, max: 1_000 }), owners: fc.array(owner), replay: fc.boolean() },
    { requiredKeys: [] }
  ),
  turns: fc.record(
    {
      mode: fc.constantFrom("serial", "merge", "interrupt"),
      window: length,
      attempts: fc.integer({ min: 1, max: 9 }),
      maxAge: length,
      notice: fc.boolean()
    },
    { requiredKeys: [] }
  ),
  throttle: fc.record(
    { messages: fc.integer({ min: 0, max: 100 }), per: length, notice: fc.boolean() },
    { requiredKeys: [] }
  ),
  outbox: fc.record({ maxAge: length }, { requiredKeys: [] }),
  groups: fc.record({ requireMention: fc.boolean() }, { requiredKeys: [] }),
  textChunkLimit: fc.integer({ min: 1, max: 2_000 }),
  chunkMode: fc.constantFrom("length", "newline"),
  render: fc.constantFrom("styles", "markdown", "plain"),
  streaming: fc.constantFrom("off", "paragraphs"),
  agent: fc.oneof(
    fc.constant({ type: "echo" }),
    fc.constant({ type: "none" }),
    fc.record({ type: fc.constant("command"), command: fc.array(fc.string(), { minLength: 1 }) }),
    fc.record({ type: fc.constant("http"), url: fc.webUrl(), headers: fc.constant({ authorization: S }) })
  )
}

it("any choice of keys with good values is a configuration, and its values arrive", () => {
  fc.assert(
    fc.property(fc.record(good, { requiredKeys: [] }), (zalo) => {
      const { config, problems, warnings } = Effect.runSync(checkZalo({ ...zalo, botToken: `100:${S}` }))
      assert.deepStrictEqual(problems, [])
      if (config === undefined) return assert.fail("no configuration")
      assert.notInclude(JSON.stringify([show(config), warnings]), S)
      if (zalo.enabled === false) return assert.deepStrictEqual(config.accounts, [])
      const only = account(config)
      assert.strictEqual(only.access.dmPolicy, zalo.dmPolicy ?? "pairing")
      assert.strictEqual(only.access.allowFrom.length, zalo.allowFrom?.length ?? 0)
      assert.strictEqual(only.textChunkLimit, zalo.textChunkLimit ?? 2_000)
      assert.strictEqual(only.chunkMode, zalo.chunkMode ?? "length")
      assert.strictEqual(only.render, zalo.render ?? "styles")
      assert.deepStrictEqual(only.markdown, { tables: "code", filterArtifacts: true, ...zalo.markdown })
      assert.strictEqual(only.turns.attempts, zalo.turns?.attempts ?? 8)
      assert.strictEqual(only.agent.type, zalo.agent?.type ?? "echo")
    })
  )
})

// Junk in the places of real keys finds more than junk anywhere.
const junk = fc.oneof(
  fc.anything({ withNullPrototype: true, withBigInt: true }),
  fc.constantFrom("", " ", "*", "${A}", "$A", -0, NaN, `${S}:${S}`)
)
const names = [
  ...Object.keys(good),
  "botToken",
  "tokenFile",
  "webhookUrl",
  "webhookSecret",
  "webhookPath",
  "accounts",
  "defaultAccount",
  "__proto__",
  "constructor"
]
const section = fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), junk)
const anyFile = fc.record(
  {
    channels: fc.oneof(
      junk,
      fc.record({ zalo: fc.oneof(junk, section, fc.record({ accounts: fc.dictionary(fc.string(), section) })) })
    ),
    gateway: fc.oneof(junk, fc.record({ host: junk, port: junk, webhookBody: junk })),
    session: junk,
    agent: fc.oneof(
      junk,
      fc.record({ type: fc.constantFrom("echo", "command", "http"), command: junk, url: junk, headers: junk })
    )
  },
  { requiredKeys: [] }
)

it("junk never throws: it gives problems or a configuration", () => {
  fc.assert(
    fc.property(
      fc.oneof(junk, anyFile),
      fc.constantFrom("required" as const, "optional" as const),
      (value, secrets) => {
        const { config, ok, problems } = Effect.runSync(check(value, {}, { secrets }))
        assert.strictEqual(ok, problems.length === 0)
        assert.strictEqual(ok, config !== undefined)
        for (const problem of problems) assert.isAbove(Math.min(problem.message.length, problem.remedy.length), 0)
        if (config !== undefined) JSON.stringify(show(config))
      }
    ),
    { numRuns: 400 }
  )
})

it("secrets in the wrong places stay out of what is said", () => {
  const secretKeys = [
    "botToken",
    "webhookSecret",
    "proxy",
    "tokenFile",
    "webhookUrl",
    "webhookPath",
    "dmPolicy",
    "allowFrom",
    "agent",
    "mediaMaxMb"
  ]
  const holder = fc.constantFrom<unknown>(
    S,
    `1${S}`,
    [S],
    { source: "env", id: S.toLowerCase() },
    { type: S },
    { type: "http", url: S, headers: { a: `${S}\n` } }
  )
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...secretKeys), holder), (zalo) => {
      const { problems, warnings } = Effect.runSync(check({ channels: { zalo } }))
      const said = JSON.stringify([problems, warnings])
      // The path of a token file is no secret, and is named so that it can be found.
      assert.notInclude(said.replaceAll(/user may read: [^"]*/g, ""), S)
    })
  )
})

it.effect("any text is a file that is read or told about", () =>
  Effect.promise(() =>
    fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc
            .array(fc.constantFrom("{", "}", "[", "]", ":", ",", '"a"', "'", "1", "//", "\n", "zalo"), {
              maxLength: 12
            })
            .map((a) => a.join(""))
        ),
        async (text) => {
          const { ok, problems } = await Effect.runPromise(
            checkFiles({ files: { "zalo-effect.json5": text }, env: { ZALO_BOT_TOKEN: "1:a" } })
          )
          assert.strictEqual(ok, problems.length === 0)
        }
      ),
      { numRuns: 300 }
    )
  )
)

it("a duration reads back from how it is shown", () => {
  fc.assert(
    fc.property(length, (written) => {
      const read = Result.getOrThrow(duration().decode(written))
      assert.deepStrictEqual(Result.getOrThrow(duration().decode(durationText(read))), read)
      assert.isAbove(Duration.toMillis(read), 0)
    })
  )
})

it("one slip of a long name finds the name, and a strange word finds none", () => {
  const known = [
    "dmPolicy",
    "allowFrom",
    "groupPolicy",
    "groupAllowFrom",
    "webhookUrl",
    "webhookSecret",
    "textChunkLimit"
  ]
  fc.assert(
    fc.property(fc.constantFrom(...known), fc.nat(), fc.constantFrom("drop", "double", "swap"), (name, at, slip) => {
      const i = at % (name.length - 1)
      const wrong =
        slip === "drop"
          ? name.slice(0, i) + name.slice(i + 1)
          : slip === "double"
            ? name.slice(0, i) + name.charAt(i) + name.slice(i)
            : name.slice(0, i) + name.charAt(i + 1) + name.charAt(i) + name.slice(i + 2)
      assert.strictEqual(nearest(wrong, known), name)
    })
  )
  assert.isUndefined(nearest("zzz", known))
  assert.isUndefined(nearest("x".repeat(1_000), ["x".repeat(999)]))
})
