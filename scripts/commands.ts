// Writes docs/commands.md out of the command tree that the program itself reads. A test compares the two.
import { writeFileSync } from "node:fs"
import type { Command, Group } from "../src/cli/Command.ts"
import { globals } from "../src/cli/globals.ts"
import { usage } from "../src/cli/help.ts"
import type { Flag } from "../src/cli/Param.ts"
import { tree } from "../src/cli/tree.ts"

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ")

const flagRow = ({ name, required, short, summary, value }: Flag<unknown>): string => {
  const letters = short === undefined ? "" : `\`-${short}\`, `
  return `| ${letters}\`--${name}${value === undefined ? "" : ` ${cell(value)}`}\` | ${cell(summary)}${required ? " (required)" : ""} |`
}

const flags = (list: ReadonlyArray<Flag<unknown>>): ReadonlyArray<string> =>
  list.length === 0 ? [] : ["", "| Flag | |", "| --- | --- |", ...list.map(flagRow)]

const fence = (language: string, lines: ReadonlyArray<string>): ReadonlyArray<string> => [
  "",
  `\`\`\`${language}`,
  ...lines,
  "```"
]

const chapter = (node: Command, path: ReadonlyArray<string>): ReadonlyArray<string> => [
  "",
  `${path.length === 1 ? "##" : "###"} ${path.join(" ")}`,
  "",
  `${node.summary.slice(0, 1).toUpperCase()}${node.summary.slice(1)}.`,
  ...(node.details === undefined ? [] : ["", ...node.details.split("\n")]),
  ...fence("sh", [usage(node, path), "", ...node.examples.map((example) => `zalo-effect ${example}`)]),
  ...node.operands.flatMap(({ name, summary }, i) => [...(i === 0 ? [""] : []), `- \`${name}\`: ${summary}`]),
  ...flags(node.flags),
  "",
  "With `--json`:",
  ...fence("text", node.shape.split("\n"))
]

const section = (node: Command | Group): ReadonlyArray<string> =>
  node._tag === "Command"
    ? chapter(node, [node.name])
    : ["", `## ${node.name}`, "", `\`${node.name}\` ${node.summary}.`, ...inside(node, [node.name])]

const inside = (node: Group, path: ReadonlyArray<string>): ReadonlyArray<string> =>
  node.children.flatMap((child) => {
    const at = [...path, child.name]
    return child._tag === "Command" ? chapter(child, at) : inside(child, at)
  })

/** Every command, in Markdown. */
export const commands = (): string =>
  [
    "# Commands",
    "",
    "This page is made from the program's own command tree (`npm run docs`); `zalo-effect COMMAND --help` says the same.",
    "In the shapes, `time` is ISO 8601 in UTC, a member with `?` may be absent, and words in capitals stand for keys.",
    "",
    'A failure is `{"ok":false,"error":{"code","message"}}` with exit code 1, or 2 where the command line or the configuration is wrong.',
    "",
    "Every command takes these:",
    ...flags(globals),
    ...tree.children.flatMap(section)
  ].join("\n") + "\n"

if (process.argv[1] === new URL(import.meta.url).pathname) {
  writeFileSync(new URL("../docs/commands.md", import.meta.url), commands())
}
