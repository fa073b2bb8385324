import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { CommandFailed } from "../../src/cli/errors.ts"
import type { ProbedStatus } from "../../src/cli/Examination.ts"
import type { SendOptions, SendResult } from "../../src/cli/Operations.ts"
import { AccountId } from "../../src/domain/ids.ts"
import type { Finding } from "../../src/gateway/doctor/Finding.ts"
import { call, value } from "./harness.ts"

describe("message send", () => {
  const sending = (result: (options: SendOptions) => SendResult) => {
    const seen: Array<SendOptions> = []
    const send = (options: SendOptions) =>
      Effect.sync(() => {
        seen.push(options)
        return result(options)
      })
    return { seen, operations: { send } }
  }
  const sent = ({ account, target }: SendOptions): SendResult => ({
    _tag: "Sent",
    account: account ?? "default",
    chatId: target,
    messageIds: ["m1", "m2"]
  })

  it.effect("hands over what was given, the target without its prefixes", () =>
    Effect.gen(function* () {
      const { operations, seen } = sending(sent)
      const flags = ["--channel", "zalo", "--target", "zalo:user:abc", "--message", "-5", "--media", "./a.png"]
      const result = yield* call(["message", "send", ...flags, "--account", "Work", "--config", "c.json5"], {
        operations
      })
      assert.deepStrictEqual(seen, [
        {
          config: { file: "c.json5" },
          account: AccountId.make("work"),
          target: "abc",
          message: "-5",
          media: "./a.png",
          dryRun: false
        }
      ])
      assert.deepStrictEqual(result, { exit: 0, out: "Sent to abc. Message id: m1, m2\n", err: "" })
    })
  )

  it.effect("reads the text from stdin for -, less one end of line", () =>
    Effect.gen(function* () {
      const { operations, seen } = sending(sent)
      yield* call(["message", "send", "-t", "abc", "--message", "-"], { operations, stdin: "dòng một\n\ndòng ba\n\n" })
      assert.strictEqual(seen[0]?.message, "dòng một\n\ndòng ba\n")
    })
  )

  it.effect("refuses to send nothing", () =>
    Effect.gen(function* () {
      for (const flags of [[], ["--message", ""], ["--message", " \n"], ["--message", "-"]]) {
        const result = yield* call(["message", "send", "--target", "abc", ...flags])
        assert.deepStrictEqual([result.exit, result.out], [2, ""])
        assert.include(result.err, "nothing to send")
      }
    })
  )

  it.effect("answers in JSON: sent, dry run, part-way", () =>
    Effect.gen(function* () {
      const argv = ["message", "send", "--target", "abc", "--message", "x", "--json"]
      assert.deepStrictEqual(value(yield* call(argv, sending(sent))), {
        ok: true,
        account: "default",
        chatId: "abc",
        messageIds: ["m1", "m2"]
      })
      const dry = sending(() => ({ _tag: "DryRun", account: "default", chatId: "abc", chunks: ["một", "hai"] }))
      assert.deepStrictEqual(value(yield* call([...argv, "--dry-run"], dry)), {
        ok: true,
        dryRun: true,
        account: "default",
        chatId: "abc",
        chunks: ["một", "hai"]
      })
      assert.isTrue(dry.seen[0]?.dryRun)
      const partly = yield* call(argv, {
        operations: {
          send: () =>
            Effect.fail(
              new CommandFailed({ code: "refused", message: "chat not found", details: { messageIds: ["m1"] } })
            )
        }
      })
      assert.strictEqual(partly.exit, 1)
      assert.deepStrictEqual(value(partly), {
        ok: false,
        error: { code: "refused", message: "chat not found" },
        messageIds: ["m1"]
      })
    })
  )

  it.effect("shows what a dry run would send", () =>
    Effect.gen(function* () {
      const dry = sending(() => ({
        _tag: "DryRun",
        account: "default",
        chatId: "abc",
        chunks: ["một\nhai", "b\u001b[2Ja"]
      }))
      const { out } = yield* call(["message", "send", "-t", "abc", "-m", "x", "--dry-run"], dry)
      assert.strictEqual(
        out,
        "Would send 2 messages to abc as default:\n--- 1 of 2\nmột\nhai\n--- 2 of 2\nb\u{fffd}[2Ja\n"
      )
    })
  )
})

describe("channels", () => {
  const refused: Finding = {
    code: "token-refused",
    severity: "error",
    account: "work",
    message: "Zalo refuses the token",
    remedy: "Take the new one",
    details: []
  }
  const drifted: Finding = {
    ...refused,
    code: "drift",
    severity: "note",
    message: "3 new things",
    details: ["a field"]
  }
  const accounts: ReadonlyArray<ProbedStatus> = [
    {
      account: "default",
      name: "Hoa",
      enabled: true,
      transport: "polling",
      ready: true,
      reason: null,
      lastGoodAt: "2026-11-22T08:00:00.000Z",
      queue: { pending: 2, dead: 0 },
      oldestWaitingAt: "2026-11-22T07:59:00.000Z",
      drift: 0,
      quota: { used: 0, limit: 3000, warning: null },
      lease: { pid: 42, host: "vps", since: "2026-11-22T07:00:00.000Z" },
      problems: [],
      probe: { ok: true, bot: "Bot Hoa", elapsedMs: 12 }
    },
    {
      account: "work",
      name: null,
      enabled: true,
      transport: "webhook",
      ready: false,
      reason: "the token was refused",
      lastGoodAt: null,
      queue: {},
      oldestWaitingAt: null,
      lease: null,
      problems: [refused, drifted],
      drift: 3,
      quota: { used: 2900, limit: 3000, warning: "2900 of 3000 messages of this month are sent" },
      probe: { ok: false, bot: null, elapsedMs: 3, error: "401" }
    }
  ]

  it.effect("status shows each account on one line, or all in JSON", () =>
    Effect.gen(function* () {
      const asked: Array<boolean> = []
      const examination = {
        status: ({ probe }: { readonly probe: boolean }) =>
          Effect.sync(() => (asked.push(probe), { accounts, problems: [], runners: [] }))
      }
      const human = yield* call(["channels", "status", "--probe"], { examination })
      assert.strictEqual(
        human.out,
        "default (Hoa): enabled, polling, ready, last good at 2026-11-22T08:00:00.000Z, 2 pending, oldest waiting since 2026-11-22T07:59:00.000Z, 0 of 3000 messages this month, held by 42 on vps, token works: Bot Hoa (12 ms)\n" +
          "work: enabled, webhook, not ready, the token was refused, 3 unknown from Zalo (see the log), 2900 of 3000 messages this month, probe failed: 401\n" +
          "✗ work: Zalo refuses the token. Take the new one\n"
      )
      assert.deepStrictEqual(value(yield* call(["channels", "status", "--json"], { examination })), {
        accounts,
        problems: []
      })
      const all = yield* call(["channels", "status", "--details"], { examination })
      assert.include(all.out, "· work: 3 new things. Take the new one\n    drift\n    a field\n")
      assert.deepStrictEqual(asked, [true, false, false])
    })
  )

  it.effect("capabilities say what Zalo bots cannot do", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(value(yield* call(["channels", "capabilities", "--json"])), {
        channel: "zalo",
        chatTypes: ["direct", "group"],
        media: true,
        reactions: false,
        threads: false,
        polls: false,
        nativeCommands: false,
        streaming: false,
        replyTo: false,
        actions: ["send"]
      })
      const { out } = yield* call(["channels", "capabilities", "--channel", "zalo"])
      assert.match(out, /reactions: +no/)
    })
  )
})
