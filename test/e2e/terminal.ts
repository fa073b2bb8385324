import { spawn, spawnSync } from "node:child_process"
import * as Effect from "effect/Effect"
import { bin } from "./program.ts"

/** What somebody at a terminal waits to read, and then types. */
export type Script = ReadonlyArray<readonly [waitFor: string, type: string]>

// Python has pseudo-terminals in its library, and Node has not.
const driver = `
import json, os, pty, select, signal, sys, time
script, command = json.loads(sys.argv[1]), sys.argv[2:]
pid, fd = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
signal.alarm(60)
seen, at = b"", 0
def more():
    global seen
    ready, _, _ = select.select([fd], [], [], 20)
    if not ready:
        return False
    try:
        part = os.read(fd, 65536)
    except OSError:
        return False
    seen += part
    return len(part) > 0
for wait, answer in script:
    while seen.find(wait.encode(), at) < 0:
        if not more():
            break
    found = seen.find(wait.encode(), at)
    if found < 0:
        seen += ("\\n[never asked: " + wait + "]").encode()
        os.kill(pid, signal.SIGKILL)
        break
    at = found + len(wait.encode())
    os.write(fd, answer.encode())
while more():
    pass
_, status = os.waitpid(pid, 0)
sys.stdout.buffer.write(seen)
sys.stdout.flush()
sys.exit(os.waitstatus_to_exitcode(status) & 255)
`

/** Why no terminal can be had here; undefined: one can. */
export const noTerminal: string | undefined =
  spawnSync("python3", ["-c", "import pty, os; os.waitstatus_to_exitcode"]).status === 0
    ? undefined
    : "python3 with its module pty is not here"

export const enter = "\r"
export const ctrlC = "\u0003"

/** The real program at a terminal of its own; the answer is all that could be read there, without colours and the like. */
export const atTerminal = (
  args: ReadonlyArray<string>,
  script: Script,
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> }
) =>
  Effect.promise(
    () =>
      new Promise<{ readonly code: number | null; readonly screen: string }>((resolve, reject) => {
        const child = spawn("python3", ["-c", driver, JSON.stringify(script), process.execPath, bin, ...args], {
          cwd: options.cwd,
          env: { PATH: process.env["PATH"], TERM: "xterm", ...options.env }
        })
        let screen = ""
        child.stdout.setEncoding("utf8").on("data", (text: string) => (screen += text))
        child.on("error", reject)
        child.on("close", (code) =>
          // oxlint-disable-next-line no-control-regex
          resolve({ code, screen: screen.replaceAll(/\u001b\[[0-9;]*[A-Za-z]/g, "").replaceAll("\r", "") })
        )
      })
  )
