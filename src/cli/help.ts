import type { Command, Group } from "./Command.ts"
import { globals } from "./globals.ts"
import type { Flag } from "./Param.ts"
import { table } from "./table.ts"

/** Help for people. `bold` is applied to headings. */
export const helpText = (
  node: Command | Group,
  path: ReadonlyArray<string>,
  bold: (text: string) => string = (text) => text
): string => {
  const sections = [`${title(path)}: ${node.summary}`, section(bold("Usage"), [usage(node, path)])]
  if (node._tag === "Group") {
    const rows = leaves(node, []).map((leaf) => [leaf.path.join(" "), leaf.node.summary])
    sections.push(section(bold("Commands"), columns(rows)))
  } else {
    if (node.details !== undefined) sections.push(node.details)
    if (node.operands.length > 0) {
      sections.push(section(bold("Operands"), columns(node.operands.map((operand) => [operand.name, operand.summary]))))
    }
    if (node.flags.length > 0) sections.push(section(bold("Flags"), columns(node.flags.map(flagRow))))
  }
  sections.push(section(bold("Flags of every command"), columns(globals.map(flagRow))))
  if (node._tag === "Command") sections.push(section(bold("Answer with --json"), node.shape.split("\n")))
  const examples = node._tag === "Command" ? node.examples : node.children.flatMap(firstExample)
  sections.push(
    section(
      bold("Examples"),
      examples.map((example) => `zalo-effect ${example}`)
    )
  )
  return `${sections.join("\n\n")}\n`
}

/** Help for programs. */
export const helpJson = (node: Command | Group, path: ReadonlyArray<string>) => ({
  ok: true,
  command: title(path),
  summary: node.summary,
  usage: usage(node, path),
  ...(node._tag === "Group"
    ? { commands: leaves(node, []).map((leaf) => ({ name: leaf.path.join(" "), summary: leaf.node.summary })) }
    : {
        operands: node.operands.map(({ name, optional, summary }) => ({ name, required: !optional, summary })),
        flags: [...node.flags, ...globals].map(({ name, required, summary, value }) => ({
          name: `--${name}`,
          value: value ?? null,
          required,
          summary
        })),
        shape: node.shape,
        examples: node.examples.map((example) => `zalo-effect ${example}`)
      })
})

const title = (path: ReadonlyArray<string>) => ["zalo-effect", ...path].join(" ")

/** How a command is called. */
export const usage = (node: Command | Group, path: ReadonlyArray<string>): string => {
  if (node._tag === "Group") return `${title(path)} COMMAND`
  const required = node.flags.filter((flag) => flag.required).map((flag) => `--${flag.name} ${flag.value}`)
  const optional = node.flags.some((flag) => !flag.required) ? ["[flags]"] : []
  const operands = node.operands.map(({ name, optional }) => (optional ? `[${name}]` : name))
  return [title(path), ...(node.channel ? ["[zalo]"] : []), ...operands, ...required, ...optional].join(" ")
}

const leaves = (
  group: Group,
  path: ReadonlyArray<string>
): ReadonlyArray<{ readonly path: ReadonlyArray<string>; readonly node: Command }> =>
  group.children.flatMap((child) =>
    child._tag === "Group" ? leaves(child, [...path, child.name]) : [{ path: [...path, child.name], node: child }]
  )

const firstExample = (node: Command | Group): ReadonlyArray<string> =>
  node._tag === "Command" ? node.examples.slice(0, 1) : node.children.slice(0, 1).flatMap(firstExample)

const flagRow = (flag: Flag<unknown>): ReadonlyArray<string> => [
  `${flag.short === undefined ? "    " : `-${flag.short}, `}--${flag.name}${flag.value === undefined ? "" : ` ${flag.value}`}`,
  flag.required ? `${flag.summary} (required)` : flag.summary
]

const columns = (rows: ReadonlyArray<ReadonlyArray<string>>): ReadonlyArray<string> => {
  const [, ...lines] = table(["", ""], rows).split("\n")
  return lines
}

const section = (heading: string, lines: ReadonlyArray<string>): string =>
  [heading, ...lines.map((line) => `  ${line}`)].join("\n")
