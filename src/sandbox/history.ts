/** A list that forgets its oldest entries, so that a long run does not fill the memory. */
export interface History<A> {
  readonly add: (make: (n: number) => A) => A
  readonly all: () => ReadonlyArray<A>
}

export const makeHistory = <A>(limit: number): History<A> => {
  const entries: Array<A> = []
  let n = 0
  return {
    add: (make) => {
      n += 1
      const entry = make(n)
      entries.push(entry)
      // Cutting half at a time keeps the cost per entry flat.
      if (entries.length > limit * 2) entries.splice(0, entries.length - limit)
      return entry
    },
    all: () => entries.slice(-limit)
  }
}
