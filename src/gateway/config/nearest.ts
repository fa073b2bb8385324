/** The number of letters to add, drop, change or swap with their neighbour, counted without regard to case. */
const distance = (left: string, right: string): number => {
  const a = left.toLowerCase()
  const b = right.toLowerCase()
  let before: ReadonlyArray<number> = []
  let above: ReadonlyArray<number> = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      let best = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + cost)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (before[j - 2] ?? 0) + 1)
      row.push(best)
    }
    before = above
    above = row
  }
  return above[b.length] ?? 0
}

/** The name that was probably meant, or undefined when none is near. */
export const nearest = (wrong: string, names: Iterable<string>): string | undefined => {
  // Longer than any key: not a slip of the finger, and not worth a quadratic comparison.
  if (wrong.length > 64) return undefined
  let best: string | undefined
  let least = Math.max(1, Math.floor(wrong.length / 3)) + 1
  for (const name of names) {
    const found = distance(wrong, name)
    if (found < least) {
      best = name
      least = found
    }
  }
  return best
}
