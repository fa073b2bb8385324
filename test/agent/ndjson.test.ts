import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import * as Logger from "effect/Logger"
import * as Schedule from "effect/Schedule"
import * as Scope from "effect/Scope"
import { AgentBridge } from "../../src/agent/AgentBridge.ts"
import { makeNdjson } from "../../src/agent/ndjson.ts"
import { TurnId } from "../../src/domain/ids.ts"
import { ask, turn, wire } from "./turn.ts"

/** A program that answers line by line; `reply` is what it does with each. */
const program = (reply: string, before = "") => [
  process.execPath,
  "-e",
  `${before}
  const say = (value) => process.stdout.write(typeof value === "string" ? value : JSON.stringify(value) + "\\n")
  let held = ""
  process.stdin.setEncoding("utf8")
  process.stdin.on("data", (text) => {
    const lines = (held + text).split("\\n")
    held = lines.pop()
    for (const line of lines) { const { id, turn } = JSON.parse(line); const said = turn.message.text; ${reply} }
  })`
]

const asked = (id: string, text: string) => ({
  ...turn,
  turnId: TurnId.make(id),
  message: { ...turn.message, text }
})

const text = (value: string) => [{ type: "text" as const, text: value }]

const lines: Array<string> = []
const collecting = Logger.layer([Logger.make(({ message }) => void lines.push(String(message)))])

const test = (name: string, body: Effect.Effect<void, unknown, NodeServices.NodeServices | Scope.Scope>) =>
  it.live(
    name,
    () =>
      Effect.suspend(() => {
        lines.length = 0
        return body
      }).pipe(Effect.scoped, Effect.provide([NodeServices.layer, collecting])),
    30_000
  )

const until = (what: string, probe: () => boolean) =>
  Effect.suspend(() => (probe() ? Effect.void : Effect.fail(what))).pipe(
    Effect.retry({ schedule: Schedule.spaced("10 millis"), times: 1_000 })
  )

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test(
  "one process answers many turns, in any order, each its own",
  Effect.gen(function* () {
    const later = "setTimeout(() => say({ id, text: said + ' ' + process.pid }), Number(said))"
    const bridge = yield* makeNdjson({ command: program(later) })
    const order: Array<string> = []
    const answers = yield* Effect.forEach(
      ["400", "200", "1"],
      (wait) =>
        Effect.tap(
          ask(bridge, asked(`default:${wait}`, wait)),
          Effect.sync(() => order.push(wait))
        ),
      { concurrency: "unbounded" }
    )
    const said = answers.map(([part]) => (part?.type === "text" ? part.text.split(" ") : []))
    assert.deepStrictEqual(
      said.map(([wait]) => wait),
      ["400", "200", "1"]
    )
    assert.strictEqual(new Set(said.map(([, pid]) => pid)).size, 1)
    assert.deepStrictEqual(order, ["1", "200", "400"])
  })
)

test(
  "a line holds the id and the turn, and the answer may be text, parts, nothing or an error",
  Effect.gen(function* () {
    const bridge = yield* makeNdjson({
      command: program(`
        if (said === "parts") say({ id, parts: [{ type: "sticker", sticker: "s1" }] })
        else if (said === "nothing") say({ id, text: "" })
        else if (said === "error") say({ id, error: "no\\n  database" })
        else if (said === "wrong") say({ id, parts: 5 })
        else if (said === "empty") say({ id })
        else say({ id, text: line })`)
    })
    const [whole] = yield* ask(bridge)
    assert.deepStrictEqual(whole?.type === "text" ? JSON.parse(whole.text) : undefined, { id: wire.turnId, turn: wire })
    assert.deepStrictEqual(yield* ask(bridge, asked("1", "parts")), [{ type: "sticker", sticker: "s1" }])
    assert.deepStrictEqual(yield* ask(bridge, asked("2", "nothing")), [])
    assert.deepStrictEqual(yield* Effect.flip(ask(bridge, asked("3", "error"))), {
      _tag: "Failed",
      detail: "it reported an error: no database"
    })
    assert.strictEqual((yield* Effect.flip(ask(bridge, asked("4", "wrong"))))._tag, "Unreadable")
    assert.deepStrictEqual(yield* Effect.flip(ask(bridge, asked("5", "empty"))), {
      _tag: "Unreadable",
      detail: "it has neither text nor parts nor error"
    })
  })
)

test(
  "answers torn anywhere are put together, and what is no answer is told and passed over",
  Effect.gen(function* () {
    const bridge = yield* makeNdjson({
      command: program(`
        say("hello\\n"); say("[1]\\n"); say("\\n"); process.stdout.write(Buffer.from([0xff, 0x0a]))
        say({ id: "somebody", text: "else" })
        const bytes = Buffer.from(JSON.stringify({ id, text: "chào 👋" }) + "\\n")
        let at = 0
        const next = () => { if (at < bytes.length) { process.stdout.write(bytes.subarray(at, ++at)); setTimeout(next, 1) } }
        next()`)
    })
    assert.deepStrictEqual(yield* ask(bridge), text("chào 👋"))
    assert.deepStrictEqual(lines, [
      "the agent's command wrote a line that is not JSON: what it prints belongs on its standard error",
      "the agent's command wrote a line without an id",
      "the agent's command wrote a line that is not UTF-8",
      "the agent's command answered a turn that does not wait for it"
    ])
  })
)

test(
  "a line over one mebibyte fails its turn alone",
  Effect.gen(function* () {
    const bridge = yield* makeNdjson({
      command: program(`
        if (said === "long") say({ id, text: "x".repeat(1048577) })
        else if (said === "nameless") { say({ text: "x".repeat(1048577), id }); say({ id, text: "after" }) }
        else setTimeout(() => say({ id, text: "hi " + process.pid }), 300)`)
    })
    const beside = yield* Effect.forkChild(ask(bridge, asked("2", "beside")))
    assert.deepStrictEqual(yield* Effect.flip(ask(bridge, asked("1", "long"))), { _tag: "TooLarge", limit: 1_048_576 })
    assert.match(JSON.stringify(yield* Fiber.join(beside)), /hi \d+/)
    assert.deepStrictEqual(yield* ask(bridge, asked("3", "nameless")), text("after"))
    assert.isTrue(lines.some((line) => line.includes("more than 1048576 bytes")))
  })
)

test(
  "when the process dies the turns in flight fail, and the next ones get a new process",
  Effect.gen(function* () {
    const bridge = yield* makeNdjson({
      command: program(`
        if (said === "die") { say({ id: "other", text: "last words" }); process.exit(3) }
        else if (said !== "wait") say({ id, text: "hi" })`)
    })
    const waiting = yield* Effect.forkChild(Effect.flip(ask(bridge, asked("1", "wait"))))
    const other = yield* Effect.forkChild(ask(bridge, asked("other", "wait")))
    // Both are handed over before the process hears that it shall die.
    assert.deepStrictEqual(yield* ask(bridge, asked("2", "now")), text("hi"))
    assert.deepStrictEqual(yield* Effect.flip(ask(bridge, asked("3", "die"))), { _tag: "Exit", code: 3 })
    assert.deepStrictEqual(yield* Fiber.join(waiting), { _tag: "Exit", code: 3 })
    assert.deepStrictEqual(yield* Fiber.join(other), text("last words"))
    assert.deepStrictEqual(yield* ask(bridge, asked("4", "now")), text("hi"))
    assert.isTrue(lines.some((line) => line.includes("ended with code 3; it is started again in 1 s")))
  })
)

test(
  "a command that cannot be started, or ends at once, is tried again less and less often",
  Effect.gen(function* () {
    const absent = yield* makeNdjson({ command: ["no-such-program-anywhere"] })
    assert.deepStrictEqual(yield* Effect.flip(ask(absent)), { _tag: "NotStarted", detail: "NotFound" })
    const none = yield* makeNdjson({ command: [] })
    assert.deepStrictEqual(yield* Effect.flip(ask(none)), { _tag: "NotStarted", detail: "the command is empty" })
    yield* until("the second start", () => lines.filter((line) => line.includes("again in 2 s")).length === 2)
    const brief = yield* makeNdjson({ command: [process.execPath, "-e", "process.kill(process.pid, 'SIGKILL')"] })
    assert.deepStrictEqual(yield* Effect.flip(ask(brief)), { _tag: "Exit", code: null, signal: "SIGKILL" })
  })
)

test(
  "a turn out of time leaves a busy process alone, and its late answer is told",
  Effect.gen(function* () {
    const bridge = yield* makeNdjson({
      command: program("setTimeout(() => say({ id, text: String(process.pid) }), said === 'slow' ? 900 : 1)"),
      timeout: 600
    })
    const first = yield* ask(bridge, asked("0", "fast"))
    const slow = yield* Effect.forkChild(Effect.flip(ask(bridge, asked("1", "slow"))))
    yield* Effect.sleep(50)
    yield* ask(bridge, asked("2", "fast"))
    assert.deepStrictEqual(yield* Fiber.join(slow), { _tag: "Timeout", seconds: 0.6 })
    yield* until("the late answer", () => lines.some((line) => line.includes("does not wait for it")))
    assert.deepStrictEqual(yield* ask(bridge, asked("3", "fast")), first)
  })
)

test(
  "a process that says nothing until a turn's time is up is taken for hung and replaced",
  Effect.gen(function* () {
    const bridge = yield* makeNdjson({
      command: program("if (said === 'hang') for (;;); say({ id, text: String(process.pid) })"),
      timeout: 1_500
    })
    const [first] = yield* ask(bridge, asked("0", "hi"))
    assert.deepStrictEqual(yield* Effect.flip(ask(bridge, asked("1", "hang"))), { _tag: "Timeout", seconds: 1.5 })
    yield* until("the end of it", () => lines.some((line) => line.includes("hangs")))
    assert.isFalse(alive(Number(first?.type === "text" ? first.text : 0)))
  })
)

test(
  "with its scope its input is closed, and it may finish what it does",
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const file = `${yield* fs.makeTempDirectoryScoped()}/left`
    const scope = yield* Scope.make()
    const leaving = `process.stdin.on("end", () => setTimeout(() => {
      require("node:fs").writeFileSync(${JSON.stringify(file)}, "in peace")
      process.exit(0)
    }, 200))`
    const bridge = yield* makeNdjson({ command: program("say({ id, text: 'hi' })", leaving) }).pipe(
      Scope.provide(scope)
    )
    yield* ask(bridge)
    yield* Scope.close(scope, Exit.void)
    assert.strictEqual(yield* fs.readFileString(file), "in peace")
  })
)

test(
  "what does not leave is killed, with all that it started, even if it ignores SIGTERM",
  Effect.gen(function* () {
    const scope = yield* Scope.make()
    const stubborn = `process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)
      const child = require("node:child_process").spawn("sleep", ["300"])`
    const bridge = yield* makeNdjson({
      command: program("say({ id, text: process.pid + ' ' + child.pid })", stubborn)
    }).pipe(Scope.provide(scope))
    const [part] = yield* ask(bridge)
    const pids = part?.type === "text" ? part.text.split(" ").map(Number) : []
    assert.lengthOf(pids.filter(alive), 2)
    yield* Scope.close(scope, Exit.void)
    yield* until("both are gone", () => !pids.some(alive))
  })
)

test(
  "a turn that is stopped is forgotten, and the process goes on",
  Effect.gen(function* () {
    const bridge = yield* makeNdjson({
      command: program("if (said !== 'wait') say({ id, text: String(process.pid) })")
    })
    const before = yield* ask(bridge, asked("1", "hi"))
    const fiber = yield* Effect.forkChild(ask(bridge, asked("2", "wait")))
    yield* Effect.sleep(50)
    yield* Fiber.interrupt(fiber)
    assert.deepStrictEqual(yield* ask(bridge, asked("3", "hi")), before)
  })
)

test(
  "its standard error is logged, and its environment has no bot token",
  Effect.gen(function* () {
    process.env["ZALO_BOT_TOKEN"] = "1:SECRET"
    const bridge = yield* makeNdjson({
      command: program("console.error('thinking'); say({ id, text: JSON.stringify(process.env) })")
    })
    const answer = JSON.stringify(yield* ask(bridge))
    delete process.env["ZALO_BOT_TOKEN"]
    assert.include(answer, "PATH")
    assert.notInclude(answer, "SECRET")
    yield* until("the line", () => lines.includes("thinking"))
  })
)

test(
  "the layer is the bridge",
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* ask(yield* AgentBridge), text("hi"))
  }).pipe(Effect.provide(AgentBridge.layerNdjson({ command: program("say({ id, text: 'hi' })") })))
)
