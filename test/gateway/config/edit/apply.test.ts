import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as fc from "fast-check"
import { applyEdits, type Edit, set, unset } from "../../../../src/gateway/config/edit/apply.ts"
import { parse } from "../../../../src/gateway/config/parse.ts"

const edited = (text: string, ...edits: ReadonlyArray<Edit>) =>
  Effect.map(applyEdits(text, edits), (result) => Result.getOrElse(result, (problem) => `! ${problem.message}`))

const theirs = `// Our shop.
{
  // the channel
  channels: {
    zalo: {
      botToken: "1:a", // ask Lan
      /* or */ tokenFile: './x', // kept on the server
      // friends
      allowFrom: [
        "an", // An
        "binh",
      ],
      accounts: {},
    }, // end
  },
}
`

const zalo = (...names: ReadonlyArray<string>) => ["channels", "zalo", ...names]

it.effect("a value is changed where it stands, and nothing else", () =>
  Effect.gen(function* () {
    assert.strictEqual(
      yield* edited(theirs, set(zalo("botToken"), "2:b")),
      theirs.replace('botToken: "1:a"', 'botToken: "2:b"')
    )
    assert.strictEqual(yield* edited(theirs, set(zalo("botToken"), "1:a")), theirs)
  })
)

it.effect("a new key comes behind the last one, in the file's own style", () =>
  Effect.gen(function* () {
    assert.strictEqual(
      yield* edited(theirs, set(zalo("accounts", "shop", "agent"), { type: "echo" })),
      theirs.replace(
        "accounts: {},",
        `accounts: {
        shop: {
          agent: {
            type: "echo",
          },
        },
      },`
      )
    )
    assert.strictEqual(
      yield* edited(theirs, set(["gateway", "port"], 1)),
      theirs.replace("  },\n}\n", "  },\n  gateway: {\n    port: 1,\n  },\n}\n")
    )
    assert.strictEqual(
      yield* edited('{\n\t"a": 1\n}\n', set(["b"], { "c-d": ["x"] })),
      '{\n\t"a": 1,\n\t"b": {\n\t\t"c-d": ["x"]\n\t}\n}\n'
    )
    assert.strictEqual(yield* edited("{a: 1}", set(["b"], { c: "d" })), '{a: 1, b: { c: "d" }}')
    assert.strictEqual(yield* edited("{a: 1,}", set(["b"], 2)), "{a: 1, b: 2,}")
    assert.strictEqual(
      yield* edited("{\r\n  a: 'x' // y\r\n}", set(["b"], "it's")),
      "{\r\n  a: 'x', // y\r\n  b: 'it\\'s'\r\n}"
    )
    assert.strictEqual(yield* edited("{ // c\n}\n", set(["b"], 2)), "{ // c\n  b: 2,\n}\n")
    assert.strictEqual(yield* edited("{ /* c */ }", set(["b"], 2)), "{ /* c */ \n  b: 2,\n}")
  })
)

it.effect("a key goes with its comma and its line, and the comments stay", () =>
  Effect.gen(function* () {
    assert.strictEqual(
      yield* edited(theirs, unset(zalo("botToken")), unset(zalo("tokenFile"))),
      theirs.replace('botToken: "1:a", // ask', "// ask").replace("tokenFile: './x', ", "")
    )
    assert.strictEqual(
      yield* edited(theirs, unset(zalo("allowFrom"))),
      theirs.replace(/allowFrom: \[[^\]]*\],\n {6}/, "// An\n      \n      ")
    )
    assert.strictEqual(yield* edited(theirs, unset(zalo("accounts"))), theirs.replace("      accounts: {},\n", ""))
    assert.strictEqual(yield* edited('{"a": 1, "b": 2}', unset(["b"])), '{"a": 1}')
    assert.strictEqual(yield* edited('{"a": 1, "b": 2}', unset(["a"])), '{"b": 2}')
    assert.strictEqual(yield* edited('{\n  "a": 1,\n  "b": 2\n}', unset(["b"])), '{\n  "a": 1\n}')
    assert.strictEqual(yield* edited(theirs, unset(zalo("nothing", "here"))), theirs)
  })
)

it.effect("a list keeps what stays, with the comments beside it", () =>
  Effect.gen(function* () {
    assert.strictEqual(
      yield* edited(theirs, set(zalo("allowFrom"), ["an", "chi"])),
      theirs.replace('"binh",', '"chi",')
    )
  })
)

it.effect("a text that is not JSON5 is not touched", () =>
  Effect.gen(function* () {
    assert.include(yield* edited("{a: }", set(["b"], 1)), "! ")
    assert.include(yield* edited("{a: 'x\\", set(["b"], 1)), "! ")
  })
)

// Texts as people write them: comments anywhere, both quotes, commas at the end or not, one line or many.
const blank = fc.constantFrom("", " ", "\n  ", "\r\n", "/* k */", " // k\n", "\t", "\n\n  // k\n  ")
const word = fc.constantFrom("a", "b", "c", "zalo", "x-y", "it's")
const primitive = fc.constantFrom('"s"', "'t'", "1", "-2.5", ".5", "0x1F", "true", "null", "'q\\\n'", '"é\\u0061"')
const { value } = fc.letrec<{ value: string; object: string; list: string }>((tie) => ({
  value: fc.oneof({ depthSize: "small" }, primitive, tie("object"), tie("list")),
  object: fc
    .tuple(
      fc.uniqueArray(word, { maxLength: 4 }),
      fc.infiniteStream(fc.tuple(blank, blank, tie("value"), blank)),
      fc.boolean(),
      blank
    )
    .map(([names, parts, comma, inside]) => {
      const written = names.map((name) => {
        const [one, two, inner, three] = parts.next().value ?? ["", "", "1", ""]
        return `${one}${/^\w+$/.test(name) ? name : JSON.stringify(name)}:${two}${inner}${three}`
      })
      return `{${written.join(",")}${comma && names.length > 0 ? "," : ""}${inside}}`
    }),
  list: fc
    .tuple(fc.array(fc.tuple(blank, tie("value"), blank), { maxLength: 3 }), fc.boolean(), blank)
    .map(
      ([items, comma, inside]) =>
        `[${items.map((item) => item.join("")).join(",")}${comma && items.length > 0 ? "," : ""}${inside}]`
    )
}))
const text = fc
  .tuple(
    blank,
    value.filter((one) => one.startsWith("{")),
    blank
  )
  .map((parts) => parts.join(""))
const json = fc.jsonValue({ maxDepth: 2 }).filter((one) => !JSON.stringify(one).includes("-0"))
const path = fc.array(word, { minLength: 1, maxLength: 3 })

const valueAt = (from: unknown, names: ReadonlyArray<string>): unknown =>
  names.reduce(
    (inner, name) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, name) : undefined),
    from
  )

const read = Effect.fnUntraced(function* (from: string) {
  return Result.getOrThrow(yield* parse(from)).value
})

const comments = (from: string) => from.match(/\/\* k \*\/|\/\/ k/g)?.length ?? 0

it("what is set is read back, the rest is as it was, and every comment is still there", () =>
  fc.assert(
    fc.asyncProperty(text, path, fc.oneof(json, fc.constant(undefined)), (before, names, wanted) =>
      Effect.gen(function* () {
        const edit: Edit = wanted === undefined ? unset(names) : set(names, JSON.parse(JSON.stringify(wanted)))
        const after = yield* edited(before, edit)
        const now = yield* read(after)
        assert.deepStrictEqual(valueAt(now, names), edit.value)
        assert.strictEqual(comments(after), comments(before), after)
        // The other members at the top are the same, in the same order.
        const others = (from: unknown) => Object.entries(Object(from)).filter(([name]) => name !== names[0])
        assert.deepStrictEqual(others(now), others(yield* read(before)))
      }).pipe(Effect.runPromise)
    ),
    { numRuns: 1_000 }
  ))
