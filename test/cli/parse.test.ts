import { assert, describe, it } from "@effect/vitest"
import { account } from "../../src/cli/flags.ts"
import * as serverFlags from "../../src/cli/commands/flags.ts"
import * as messageFlags from "../../src/cli/commands/message/flags.ts"
import { code } from "../../src/cli/commands/pairing/flags.ts"
import type { Command, Group } from "../../src/cli/Command.ts"
import { parse } from "../../src/cli/parse.ts"
import { tree } from "../../src/cli/tree.ts"

const read = (...argv: ReadonlyArray<string>) => parse(tree, argv)
const complaint = (...argv: ReadonlyArray<string>) => read(...argv).error?.message

describe("words", () => {
  it("lead to a command wherever the flags stand", () => {
    for (const argv of [
      ["--json", "pairing", "list"],
      ["pairing", "--json", "list"],
      ["pairing", "list", "--json"]
    ]) {
      const { error, json, path } = read(...argv)
      assert.deepStrictEqual([error, json, path], [undefined, true, ["pairing", "list"]])
    }
  })

  it("may name the channel before the operand, or leave it out", () => {
    for (const argv of [
      ["pairing", "approve", "ABCD2345"],
      ["pairing", "approve", "zalo", "ABCD2345"],
      ["pairing", "approve", "ZALO", "ABCD2345"],
      ["pairing", "approve", "ABCD2345", "--channel", "zalo"],
      ["pairing", "approve", "zalo", "ABCD2345", "--channel=zalo"]
    ]) {
      const { args, error } = read(...argv)
      assert.strictEqual(error, undefined, argv.join(" "))
      assert.strictEqual(code.read(args), "ABCD2345")
    }
    assert.strictEqual(complaint("pairing", "list", "zalo"), undefined)
    assert.strictEqual(complaint("pairing", "list"), undefined)
  })

  it("that name another channel are refused", () => {
    assert.include(complaint("pairing", "list", "telegram"), `there is no channel "telegram", only zalo`)
    assert.include(complaint("pairing", "approve", "telegram", "ABCD2345"), `there is no channel "telegram"`)
    assert.include(complaint("pairing", "approve", "ABCD2345", "--channel", "line"), `there is no channel "line"`)
    assert.include(complaint("message", "send", "--channel", "line", "--target", "c", "-m", "x"), "only zalo")
  })

  it("that are missing or too many are named", () => {
    assert.include(complaint("pairing", "approve"), "CODE is missing: zalo-effect pairing approve [zalo] CODE")
    assert.include(complaint("pairing", "approve", "zalo"), "CODE is missing")
    assert.include(complaint("pairing", "approve", "zalo", "ABCD2345", "more"), `does not take "more"`)
    assert.include(complaint("serve", "now"), `zalo-effect serve does not take "now"`)
  })

  it("that are no command bring up the one that was meant", () => {
    assert.include(complaint("pairing", "lsit"), "Did you mean zalo-effect pairing list?")
    assert.include(complaint("sevre"), "Did you mean zalo-effect serve?")
    assert.include(complaint("approve", "ABCD2345"), "Did you mean zalo-effect pairing approve?")
    assert.include(complaint("xyzzy"), "See zalo-effect --help")
  })

  it("after -- are never flags", () => {
    assert.strictEqual(code.read(read("pairing", "approve", "--", "--help").args), "--help")
  })
})

describe("flags", () => {
  it("take a value that begins with a dash", () => {
    for (const [argv, expected] of [
      [["--message", "-5"], "-5"],
      [["--message", "--foo"], "--foo"],
      [["--message", "--json"], "--json"],
      [["--message=--foo"], "--foo"],
      [["--message=a=b"], "a=b"],
      [["--message="], ""],
      [["-m", "-"], "-"]
    ] as const) {
      const { args, error, json } = read("message", "send", "--target", "c", ...argv)
      assert.deepStrictEqual([error, json, messageFlags.message.read(args)], [undefined, false, expected])
    }
  })

  it("that are unknown bring up the one that was meant", () => {
    assert.include(complaint("pairing", "list", "--jsn"), "zalo-effect pairing list has no flag --jsn")
    assert.include(complaint("pairing", "list", "--jsn"), "Did you mean --json?")
    assert.include(complaint("message", "send", "--mesage", "x"), "Did you mean --message?")
    assert.include(complaint("-x"), "has no flag -x")
  })

  it("that belong to another command are refused", () => {
    assert.include(complaint("pairing", "list", "--probe"), "zalo-effect pairing list has no flag --probe")
    assert.include(complaint("config", "check", "--account", "a"), "has no flag --account")
  })

  it("without their value, twice, or with one they do not take are refused", () => {
    assert.include(complaint("message", "send", "--target"), "--target needs a value: --target CHAT")
    assert.include(complaint("message", "send", "-t", "a", "--target", "b"), "--target was given twice")
    assert.include(complaint("pairing", "list", "--json=yes"), "--json takes no value")
    assert.include(complaint("message", "send", "--message", "x"), "--target CHAT is missing")
  })

  it("hold what their values may be", () => {
    for (const port of ["65536", "-1", "http", "8787x", ""]) {
      assert.include(complaint("serve", "--port", port), "a port is a number from 0 to 65535", port)
    }
    assert.strictEqual(serverFlags.port.read(read("serve", "--port", "0").args), 0)
    assert.include(complaint("pairing", "list", "--account", "a b"), "an account's id")
    assert.strictEqual(account.read(read("pairing", "list", "--account", "Shop").args), "shop")
    assert.include(complaint("message", "send", "--target", "zalo:", "-m", "x"), "a chat's id is needed")
  })

  it("mean the same in every command, so that they can be read before it is known", () => {
    const seen = new Map<string, boolean>()
    const walk = (node: Command | Group): void => {
      if (node._tag === "Group") node.children.forEach(walk)
      else {
        for (const flag of node.flags) {
          const takesValue = flag.value !== undefined
          assert.strictEqual(seen.get(flag.name) ?? takesValue, takesValue, `${node.name} --${flag.name}`)
          seen.set(flag.name, takesValue)
        }
      }
    }
    walk(tree)
    assert.isAbove(seen.size, 8)
  })

  it("ask for JSON and help also on a wrong command line", () => {
    assert.isTrue(read("pairing", "lsit", "--json").json)
    assert.isTrue(read("--mesage", "--json").json)
    const { error, help } = read("pairing", "approve", "--help")
    assert.deepStrictEqual([error, help], [undefined, true])
    assert.isTrue(read("help", "pairing", "approve").help)
  })
})
