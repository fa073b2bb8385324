import type { Command, Group } from "./Command.ts"
import { channelName, isChannel } from "./globals.ts"
import { nearest } from "../gateway/config/nearest.ts"

/** Where the words of a command line lead, and which of them are operands. */
export interface Place {
  readonly node: Command | Group
  readonly path: ReadonlyArray<string>
  readonly operands: ReadonlyMap<string, string>
  /** `missing`: there are too few words, which is fine when only help was asked for. */
  readonly problem: { readonly text: string; readonly hint?: string; readonly missing: boolean } | undefined
}

export const place = (root: Group, words: ReadonlyArray<string>): Place => {
  let node: Command | Group = root
  const path: Array<string> = []
  for (const word of words) {
    if (node._tag === "Command") break
    const child: Command | Group | undefined = node.children.find(({ name }) => name === word)
    if (child === undefined) return { node, path, operands: new Map(), problem: unknownCommand(root, node, path, word) }
    node = child
    path.push(word)
  }
  if (node._tag === "Group") return { node, path, operands: new Map(), problem: undefined }
  return { node, path, ...operandsOf(node, path, words.slice(path.length)) }
}

const unknownCommand = (root: Group, node: Group, path: ReadonlyArray<string>, word: string) => {
  const names = new Map(node.children.map((child) => [child.name, [...path, child.name]]))
  // `zalo-effect approve` is meant for `pairing approve`.
  if (node === root) {
    for (const child of root.children) {
      if (child._tag === "Group") {
        for (const leaf of child.children) if (!names.has(leaf.name)) names.set(leaf.name, [child.name, leaf.name])
      }
    }
  }
  const near = nearest(word, names.keys())
  const meant = near === undefined ? undefined : names.get(near)
  const text = `unknown command: zalo-effect ${[...path, word].join(" ")}`
  return meant === undefined
    ? { text, missing: false }
    : { text, hint: `Did you mean zalo-effect ${meant.join(" ")}?`, missing: false }
}

const operandsOf = (
  command: Command,
  path: ReadonlyArray<string>,
  given: ReadonlyArray<string>
): Pick<Place, "operands" | "problem"> => {
  const wanted = command.operands
  const name = ["zalo-effect", ...path].join(" ")
  let words = given
  const first = words[0]
  if (command.channel && first !== undefined) {
    if (words.length === wanted.length + 1 && !isChannel(first)) {
      return { operands: new Map(), problem: { text: `there is no channel "${first}", only zalo`, missing: false } }
    }
    // No code and no id reads "zalo", so the word alone is the channel and the operand is what is missing.
    if (isChannel(first)) words = words.slice(1)
  }
  const missing = wanted[words.length]
  if (missing !== undefined && !missing.optional) {
    const usage = [name, ...(command.channel ? [`[${channelName}]`] : []), ...wanted.map((operand) => operand.name)]
    return { operands: new Map(), problem: { text: `${missing.name} is missing: ${usage.join(" ")}`, missing: true } }
  }
  const extra = words[wanted.length]
  if (extra !== undefined) {
    return { operands: new Map(), problem: { text: `${name} does not take "${extra}"`, missing: false } }
  }
  return { operands: new Map(wanted.map((operand, i) => [operand.name, words[i] ?? ""])), problem: undefined }
}
