import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import * as Schedule from "effect/Schedule"
import type { Scope } from "effect/Scope"
import { AgentBridge } from "../../src/agent/AgentBridge.ts"
import { makeCommand } from "../../src/agent/command.ts"
import type { ReplyPart } from "../../src/domain/Reply.ts"
import { ask, turn, turnWith, wire } from "./turn.ts"

const shell = (script: string, timeout = 20_000) => makeCommand({ command: ["sh", "-c", script], timeout })

const run = (script: string, asked = turn) => Effect.flatMap(shell(script), (bridge) => ask(bridge, asked))

const failing = (script: string, timeout?: number) =>
  Effect.flatMap(shell(script, timeout), (bridge) => Effect.flip(ask(bridge)))

const text = (value: string): Array<ReplyPart> => [{ type: "text", text: value }]

const gone = (pid: number) =>
  Effect.try({ try: () => process.kill(pid, 0), catch: () => "gone" as const }).pipe(Effect.flip)

/** Waits for a process to vanish; a zombie that nobody reaps counts as gone. */
const vanished = Effect.fn(function* (pid: number) {
  const fs = yield* FileSystem.FileSystem
  yield* Effect.gen(function* () {
    const status = yield* fs.readFileString(`/proc/${pid}/stat`).pipe(Effect.orElseSucceed(() => ""))
    if (!/\) Z /.test(status)) yield* gone(pid)
  }).pipe(Effect.retry({ schedule: Schedule.spaced("20 millis"), times: 200 }))
})

const pidIn = Effect.fn(function* (file: string) {
  const fs = yield* FileSystem.FileSystem
  return yield* fs.readFileString(file).pipe(
    Effect.map((content) => Number(content.trim())),
    Effect.filterOrFail((pid) => pid > 0),
    Effect.retry({ schedule: Schedule.spaced("20 millis"), times: 200 })
  )
})

const temporary = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  return yield* fs.makeTempDirectoryScoped()
})

const test = (name: string, body: Effect.Effect<void, unknown, NodeServices.NodeServices | Scope>) =>
  it.live(name, () => Effect.provide(body, NodeServices.layer), 20_000)

test(
  "the command reads the turn as one line of JSON and then the end of its input",
  Effect.gen(function* () {
    const [answer] = yield* run("cat")
    assert.deepStrictEqual(answer?.type === "text" ? JSON.parse(answer.text) : undefined, wire)
    assert.deepStrictEqual(yield* run("wc -l | tr -d ' '"), text("1"))
  })
)

test(
  "text, JSON and nothing are read as answers",
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* run("printf 'chào\\n'"), text("chào"))
    assert.deepStrictEqual(yield* run(`echo '{"parts":[{"type":"sticker","sticker":"s1"}]}'`), [
      { type: "sticker", sticker: "s1" }
    ])
    assert.deepStrictEqual(yield* run("true"), [])
  })
)

test(
  "arguments are given as they are, past no shell",
  Effect.gen(function* () {
    const bridge = yield* makeCommand({ command: ["echo", "$HOME", "a  b", "';'"] })
    assert.deepStrictEqual(yield* ask(bridge), text("$HOME a  b ';'"))
  })
)

test(
  "the environment is ours but for the bot token",
  Effect.gen(function* () {
    process.env["ZALO_BOT_TOKEN"] = "1:SECRET"
    process.env["AGENT_TEST_KEPT"] = "kept"
    const answer = yield* run("env").pipe(
      Effect.ensuring(
        Effect.sync(() => {
          delete process.env["ZALO_BOT_TOKEN"]
          delete process.env["AGENT_TEST_KEPT"]
        })
      )
    )
    const environment = JSON.stringify(answer)
    assert.include(environment, "PATH=")
    assert.include(environment, "AGENT_TEST_KEPT=kept")
    assert.notInclude(environment, "ZALO_BOT_TOKEN")
    assert.notInclude(environment, "SECRET")
  })
)

test(
  "a bad exit code, a signal and a command that is not there have their reasons",
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* failing("echo partial; exit 3"), { _tag: "Exit", code: 3 })
    assert.deepStrictEqual(yield* failing("kill -KILL $$"), { _tag: "Exit", code: null, signal: "SIGKILL" })
    const absent = yield* makeCommand({ command: ["no-such-program-anywhere", "SECRET"] })
    assert.deepStrictEqual(yield* Effect.flip(ask(absent)), { _tag: "NotStarted", detail: "NotFound" })
    const none = yield* makeCommand({ command: [] })
    assert.deepStrictEqual(yield* Effect.flip(ask(none)), { _tag: "NotStarted", detail: "the command is empty" })
    const tooLong = yield* makeCommand({ command: ["true", "x".repeat(4_000_000)] })
    assert.strictEqual((yield* Effect.flip(ask(tooLong)))._tag, "NotStarted")
  })
)

test(
  "an answer over one mebibyte ends the command at once",
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* failing("yes"), { _tag: "TooLarge", limit: 1_048_576 })
    assert.deepStrictEqual(yield* run("head -c 1048576 /dev/zero | tr '\\0' a"), text("a".repeat(1_048_576)))
  })
)

test(
  "output that is not UTF-8 is unreadable",
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* failing("printf '\\377'"), { _tag: "Unreadable", detail: "it is not UTF-8" })
  })
)

test(
  "a command that does not read its input is answered all the same",
  Effect.gen(function* () {
    const long = turnWith({ text: "x".repeat(1_000_000) })
    assert.deepStrictEqual(yield* run("exec 0<&-; echo hi", long), text("hi"))
  })
)

test(
  "a command that closes its output but lives on is waited for",
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* failing("echo hi; exec 1>&- 2>&-; sleep 0.4; exit 5"), { _tag: "Exit", code: 5 })
  })
)

test(
  "what a command leaves behind holds its answer no longer than a second, and is killed",
  Effect.gen(function* () {
    const file = `${yield* temporary}/pid`
    assert.deepStrictEqual(yield* run(`sleep 300 & echo $! > ${file}; echo hi`), text("hi"))
    yield* vanished(yield* pidIn(file))
  })
)

test(
  "a time-out kills the whole process group, even what ignores SIGTERM",
  Effect.gen(function* () {
    const directory = yield* temporary
    const reason = yield* failing(
      `(trap '' TERM; sleep 300 & echo $! > ${directory}/grandchild; wait) & echo $! > ${directory}/child; wait`,
      700
    )
    assert.deepStrictEqual(reason, { _tag: "Timeout", seconds: 0.7 })
    yield* vanished(yield* pidIn(`${directory}/child`))
    yield* vanished(yield* pidIn(`${directory}/grandchild`))
  })
)

test(
  "an interrupted turn kills its command",
  Effect.gen(function* () {
    const file = `${yield* temporary}/pid`
    const bridge = yield* shell(`sleep 300 & echo $! > ${file}; wait`)
    const fiber = yield* Effect.forkChild(ask(bridge))
    const pid = yield* pidIn(file)
    yield* Fiber.interrupt(fiber)
    yield* vanished(pid)
  })
)

test(
  "standard error goes to the log line by line, bounded, and is no part of the answer",
  Effect.gen(function* () {
    const lines: Array<readonly [string, unknown]> = []
    const collecting = Logger.layer([
      Logger.make(({ message, fiber }) => {
        lines.push([String(message), fiber.getRef(References.CurrentLogAnnotations)["turn"]])
      })
    ])
    const script = "printf 'one\\n\\ntwo \\033[31mred\\n' >&2; head -c 5000 /dev/zero | tr '\\0' x >&2; echo hi"
    assert.deepStrictEqual(yield* run(script).pipe(Effect.provide(collecting)), text("hi"))
    const told = lines.map(([line]) => line)
    assert.deepStrictEqual(told.slice(0, 2), ["one", "two [31mred"])
    assert.deepStrictEqual(
      told.slice(2).map((line) => line.length),
      [2000, 2000, 1000]
    )
    assert.isTrue(lines.every(([, id]) => id === "default:m1"))
  })
)

test(
  "what a failing command said last is logged",
  Effect.gen(function* () {
    const lines: Array<string> = []
    const collecting = Logger.layer([Logger.make(({ message }) => void lines.push(String(message)))])
    assert.deepStrictEqual(yield* failing("echo 'why it failed' >&2; exit 1").pipe(Effect.provide(collecting)), {
      _tag: "Exit",
      code: 1
    })
    assert.deepStrictEqual(lines, ["why it failed"])
  })
)

test(
  "the layer is the bridge",
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* ask(yield* AgentBridge), text("hi"))
  }).pipe(Effect.provide(AgentBridge.layerCommand({ command: ["echo", "hi"] })))
)
