interface Line {
  readonly sign: " " | "-" | "+"
  readonly text: string
}

/** Beyond this many pairs the lines between are told as gone and come, without looking for what stays. */
const worthIt = 4_000_000

/** Which lines stay, by the longest common run of lines. */
const compare = (before: ReadonlyArray<string>, after: ReadonlyArray<string>): ReadonlyArray<Line> => {
  const width = after.length + 1
  if (before.length * after.length > worthIt) {
    return [...before.map((text): Line => ({ sign: "-", text })), ...after.map((text): Line => ({ sign: "+", text }))]
  }
  const longest = new Uint32Array((before.length + 1) * width)
  const at = (i: number, j: number) => longest[i * width + j] ?? 0
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      longest[i * width + j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const lines: Array<Line> = []
  let i = 0
  let j = 0
  while (i < before.length || j < after.length) {
    const [mine, theirs] = [before[i], after[j]]
    if (mine !== undefined && mine === theirs) {
      lines.push({ sign: " ", text: mine })
      i++
      j++
    } else if (mine !== undefined && (theirs === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ sign: "-", text: mine })
      i++
    } else {
      lines.push({ sign: "+", text: theirs ?? "" })
      j++
    }
  }
  return lines
}

const around = 3

/** What changes, line by line, with three lines around it; empty when nothing does. */
export const diff = (before: string, after: string): string => {
  if (before === after) return ""
  const lines = compare(
    before === "" ? [] : before.replace(/\n$/, "").split("\n"),
    after.replace(/\n$/, "").split("\n")
  )
  const near = lines.map((_, index) =>
    lines.slice(Math.max(0, index - around), index + around + 1).some(({ sign }) => sign !== " ")
  )
  const told: Array<string> = []
  for (const [index, { sign, text }] of lines.entries()) {
    if (near[index] === true) told.push(`${sign} ${text}`.trimEnd())
    else if (near[index - 1] === true || index === 0) told.push("  …")
  }
  return told.join("\n")
}
