import { spawnSync } from "node:child_process"
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { bash } from "../../src/cli/completion/bash.ts"
import { fish } from "../../src/cli/completion/fish.ts"
import { spots } from "../../src/cli/completion/model.ts"
import { zsh } from "../../src/cli/completion/zsh.ts"
import { tree } from "../../src/cli/tree.ts"

const all = spots(tree)
const scripts = { bash: bash(all), zsh: zsh(all), fish: fish(all) }
type Shell = keyof typeof scripts

let folder = ""

/** A `zalo-effect` that only answers what the scripts ask it. */
const program = '#!/bin/sh\n[ "$1 $2" = "completion --values" ] && printf "%s-1\\n%s-2\\n" "$3" "$3"\n'

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "zalo-effect-completion-"))
  writeFileSync(join(folder, "zalo-effect"), program)
  chmodSync(join(folder, "zalo-effect"), 0o755)
  for (const [shell, script] of Object.entries(scripts)) writeFileSync(join(folder, shell), script)
})
afterAll(() => rmSync(folder, { recursive: true }))

const isHere = (shell: Shell) => spawnSync(shell, ["--version"]).status === 0

const quoted = (words: ReadonlyArray<string>) => words.map((word) => `'${word}'`).join(" ")

/** What each shell does when somebody presses Tab after these words, the last of which has been begun. */
const pressing: Readonly<Record<Shell, (words: ReadonlyArray<string>) => string>> = {
  bash: (words) => `source ${folder}/bash
    COMP_WORDS=(${quoted(["zalo-effect", ...words])}); COMP_CWORD=${words.length}
    _zalo_effect zalo-effect; printf '%s\\n' "\${COMPREPLY[@]}"`,
  zsh: (words) => `compdef() { :; }; _files() { print -- FILES; }
    compadd() { print -l -- "\${@:2}"; }; _describe() { print -l -- "\${told[@]%%:*}"; }
    source ${folder}/zsh
    words=(${quoted(["zalo-effect", ...words])}); CURRENT=${words.length + 1}; _zalo_effect`,
  fish: (words) => `source ${folder}/fish; complete -C "zalo-effect ${words.join(" ")}"`
}

const completed = (shell: Shell, ...words: ReadonlyArray<string>): ReadonlyArray<string> => {
  const args = shell === "zsh" ? ["-f", "-c"] : shell === "fish" ? ["--no-config", "-c"] : ["--norc", "-c"]
  const ran = spawnSync(shell, [...args, pressing[shell](words)], {
    encoding: "utf8",
    env: { ...process.env, HOME: folder, PATH: `${folder}${delimiter}${process.env["PATH"]}` }
  })
  assert.strictEqual(ran.stderr, "", words.join(" "))
  return ran.stdout
    .split("\n")
    .map((line) => line.split("\t", 1)[0] ?? "")
    .filter((line) => line !== "")
}

for (const shell of ["bash", "zsh", "fish"] as const) {
  describe.skipIf(!isHere(shell))(`${shell} completes`, () => {
    it("groups and commands", () => {
      assert.includeMembers([...completed(shell, "")], ["serve", "pairing", "queue", "completion"])
      assert.includeMembers([...completed(shell, "pairing", "")], ["list", "approve", "unblock"])
      assert.notInclude(completed(shell, "pairing", ""), "serve")
    })

    it("a command's own flags", () => {
      const flags = completed(shell, "pairing", "approve", "--")
      assert.includeMembers([...flags], ["--account", "--no-notify", "--json", "--help"])
      assert.notInclude(flags, "--targets")
    })

    it("the values of a flag that has a few", () => {
      const states = completed(shell, "queue", "list", "--state", "")
      assert.includeMembers([...states], ["pending", "dead", "unknown"])
      assert.notInclude(states, "list")
    })

    it("accounts and waiting codes, asked of the program", () => {
      assert.deepStrictEqual(completed(shell, "pairing", "list", "--account", ""), ["accounts-1", "accounts-2"])
      assert.includeMembers([...completed(shell, "pairing", "approve", "")], ["codes-1", "codes-2"])
    })

    it("and is not led astray by a flag's value", () => {
      assert.includeMembers([...completed(shell, "--config", "serve", "pairing", "")], ["list", "approve"])
      const after = completed(shell, "pairing", "list", "--account", "queue", "--")
      assert.include(after, "--account")
      assert.notInclude(after, "--state")
    })
  })
}

it("words are offered for the flags that have a few, and only those that the command takes", () => {
  const offered = (path: string, flag: string) => {
    const found = all.find((spot) => spot.path === path)?.flags.find(({ names }) => names.includes(flag))?.values
    return found?._tag === "Words" ? found.words : []
  }
  assert.includeMembers([...offered("queue list", "--state")], ["pending", "dead", "unknown", "skipped"])
  assert.includeMembers([...offered("queue retry", "--reason")], ["agent-failed", "refused"])
  assert.deepStrictEqual(offered("access export", "--format"), ["csv", "json"])
  assert.deepStrictEqual(offered("schedule add", "--missed"), ["skip", "run-once", "run-all"])
  assert.deepStrictEqual(offered("setup", "--dm-policy"), ["pairing", "allowlist", "open", "disabled"])
  // A pause's reason is in one's own words.
  assert.deepStrictEqual(offered("chat pause", "--reason"), [])
})
