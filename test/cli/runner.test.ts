import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type { Command, Group } from "../../src/cli/Command.ts"
import { CommandFailed } from "../../src/cli/errors.ts"
import { prepare } from "../../src/cli/runner.ts"
import { tree } from "../../src/cli/tree.ts"
import { ConfigError } from "../../src/gateway/config/problems.ts"
import { call, value } from "./harness.ts"

const commands = (node: Command | Group, path: ReadonlyArray<string> = []): ReadonlyArray<ReadonlyArray<string>> =>
  node._tag === "Command"
    ? [[...path, node.name]]
    : node.children.flatMap((child) => commands(child, node === tree ? [] : [...path, node.name]))

const groups = tree.children.filter((child) => child._tag === "Group").map((child) => child.name)

describe("help", () => {
  it.effect("of every command goes to stdout with an example, and ends with 0", () =>
    Effect.gen(function* () {
      for (const path of commands(tree)) {
        const name = path.join(" ")
        for (const argv of [
          [...path, "--help"],
          [...path, "-h"],
          ["help", ...path]
        ]) {
          const { err, exit, out } = yield* call(argv)
          assert.deepStrictEqual([exit, err], [0, ""], name)
          assert.include(out, `Usage\n  zalo-effect ${name}`)
          assert.match(out, new RegExp(`Examples\n  zalo-effect ${name}`))
          assert.include(out, "--json")
        }
      }
    })
  )

  it.effect("of the program names every command", () =>
    Effect.gen(function* () {
      const { exit, out } = yield* call(["--help"])
      assert.strictEqual(exit, 0)
      for (const path of commands(tree)) assert.include(out, `\n  ${path.join(" ")} `)
    })
  )

  it.effect("is one JSON value with --json", () =>
    Effect.gen(function* () {
      const help = yield* call(["pairing", "approve", "--help", "--json"])
      assert.deepInclude(value(help), { ok: true, usage: "zalo-effect pairing approve [zalo] CODE [flags]" })
      assert.deepInclude(value(yield* call(["pairing", "--help", "--json"])), { command: "zalo-effect pairing" })
    })
  )

  it.effect("is what a bare group gets, on stderr and as a wrong usage", () =>
    Effect.gen(function* () {
      for (const argv of [[], ...groups.map((name) => [name])]) {
        const bare = yield* call(argv)
        assert.deepStrictEqual([bare.exit, bare.out], [2, ""])
        assert.include(bare.err, "Commands\n")
        const json = yield* call([...argv, "--json"])
        assert.strictEqual(json.exit, 2)
        assert.deepInclude(value(json), { ok: false })
      }
    })
  )

  it.effect("is bold only where colours are wanted", () =>
    Effect.gen(function* () {
      assert.include((yield* call(["--help"], { colors: true })).out, "\u001b[1mUsage")
      assert.notInclude((yield* call(["--help"])).out, "\u001b")
    })
  )
})

describe("a wrong usage", () => {
  it.effect("prints nothing on stdout and ends with 2", () =>
    Effect.gen(function* () {
      for (const argv of [["nonsense"], ["pairing", "approve"], ["serve", "--port", "x"], ["pairing", "list", "--x"]]) {
        const { err, exit, out } = yield* call(argv)
        assert.deepStrictEqual([exit, out], [2, ""], argv.join(" "))
        assert.match(err, /^zalo-effect: \S/)
      }
    })
  )

  it.effect("is one JSON value with --json, and the human line stays on stderr", () =>
    Effect.gen(function* () {
      const result = yield* call(["pairing", "aprove", "X", "--json"])
      assert.strictEqual(result.exit, 2)
      const message = "unknown command: zalo-effect pairing aprove\nDid you mean zalo-effect pairing approve?"
      assert.deepStrictEqual(value(result), { ok: false, error: { code: "usage", message } })
      assert.strictEqual(result.err, `zalo-effect: ${message}\n`)
    })
  )
})

it.effect("the version is a line, or a JSON value", () =>
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* call(["--version"]), { exit: 0, out: "1.2.3\n", err: "" })
    assert.deepStrictEqual(yield* call(["-v"]), { exit: 0, out: "1.2.3\n", err: "" })
    assert.deepStrictEqual(value(yield* call(["--version", "--json"])), { version: "1.2.3" })
  })
)

describe("a failure", () => {
  const failed = new CommandFailed({ code: "port-taken", message: "port 8787 is taken", details: { port: 8787 } })

  it.effect("ends with 1, with its code and details in JSON", () =>
    Effect.gen(function* () {
      const operations = { serve: () => Effect.fail(failed) }
      const human = yield* call(["serve"], { operations })
      assert.deepStrictEqual(human, { exit: 1, out: "", err: "zalo-effect: port 8787 is taken\n" })
      const json = yield* call(["serve", "--json"], { operations })
      assert.deepStrictEqual(value(json), {
        ok: false,
        error: { code: "port-taken", message: "port 8787 is taken" },
        port: 8787
      })
      assert.deepStrictEqual([json.exit, json.err], [1, human.err])
    })
  )

  it.effect("of the configuration ends with 2 and names every problem", () =>
    Effect.gen(function* () {
      const at = (key: string) => ({ file: "z.json5", line: 3, key, message: "is wrong", remedy: "Right it" })
      const operations = { serve: () => Effect.fail(new ConfigError({ problems: [at("a"), at("b")] })) }
      const human = yield* call(["serve"], { operations })
      assert.deepStrictEqual([human.exit, human.out], [2, ""])
      assert.include(human.err, "z.json5:3: a: is wrong. Right it\nz.json5:3: b: is wrong. Right it\n")
      const json = yield* call(["serve", "--json"], { operations })
      assert.deepInclude(value(json), { ok: false, problems: [at("a"), at("b")] })
    })
  )

  it.effect("of the program itself is told, not thrown", () =>
    Effect.gen(function* () {
      const result = yield* call(["channels", "status", "--json"], {
        examination: { status: () => Effect.die(new Error("a broken promise")) }
      })
      assert.strictEqual(result.exit, 1)
      const error = { code: "internal", message: "internal error: a broken promise" }
      assert.deepStrictEqual(value(result), { ok: false, error })
    })
  )
})

describe("a server", () => {
  it.effect("tells one line per event, and stopping it is no failure", () =>
    Effect.gen(function* () {
      assert.strictEqual(prepare(tree, ["serve"], "1").interrupted, 0)
      assert.strictEqual(prepare(tree, ["pairing", "list"], "1").interrupted, 1)
      const result = yield* call(["serve", "--host", "0.0.0.0", "--port", "99", "--config", "f"], {
        operations: {
          serve: ({ config, host, port, report }) =>
            Effect.gen(function* () {
              yield* report({ _tag: "Listening", url: `http://${host}:${port}/${config.file}` })
              yield* report({ _tag: "AccountReady", account: "default", bot: "Bot Hoa", transport: "polling" })
              yield* report({ _tag: "AccountStopped", account: "work", reason: "the token was refused" })
            })
        }
      })
      assert.deepStrictEqual(result, {
        exit: 0,
        out: "Listening on http://0.0.0.0:99/f\ndefault: ready as Bot Hoa (polling)\nwork: stopped: the token was refused\n",
        err: ""
      })
    })
  )

  it.effect("puts one JSON value on stdout whatever happens later", () =>
    Effect.gen(function* () {
      const result = yield* call(["sandbox", "--reset", "--json"], {
        operations: {
          sandbox: ({ report, reset }) =>
            Effect.gen(function* () {
              yield* report({ _tag: "Listening", url: `http://127.0.0.1:8788/?reset=${reset}` })
              yield* report({ _tag: "AccountReady", account: "default", bot: "Bot", transport: "polling" })
              return yield* new CommandFailed({ code: "lost", message: "the store is gone" })
            })
        }
      })
      assert.deepStrictEqual(value(result), { ok: true, url: "http://127.0.0.1:8788/?reset=true" })
      assert.deepStrictEqual(
        [result.exit, result.err],
        [1, "default: ready as Bot (polling)\nzalo-effect: the store is gone\n"]
      )
    })
  )

  it.effect("that is interrupted stops its operation", () =>
    Effect.gen(function* () {
      const started = yield* Deferred.make<void>()
      const stopped = yield* Deferred.make<void>()
      const serve = () =>
        Deferred.succeed(started, undefined).pipe(
          Effect.andThen(Effect.never),
          Effect.onInterrupt(() => Deferred.succeed(stopped, undefined))
        )
      const fiber = yield* Effect.forkChild(call(["serve"], { operations: { serve } }))
      yield* Deferred.await(started)
      yield* Fiber.interrupt(fiber)
      assert.isTrue(yield* Deferred.isDone(stopped))
    })
  )
})
