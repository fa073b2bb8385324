/** One message that a person wrote, and the chunks that its echo has. */
export interface Said {
  readonly account: string
  readonly chat: string
  readonly id: string
  readonly chunks: ReadonlyArray<string>
}

/** What the store says at the end. */
export interface Journalled {
  /** In the order in which they were admitted. */
  readonly inbox: ReadonlyArray<{
    readonly account: string
    readonly chat: string
    readonly id: string
    readonly state: string
    readonly reason: string | null
  }>
  /** In the order in which they are sent. */
  readonly outbox: ReadonlyArray<{
    readonly id: string
    readonly account: string
    readonly chat: string
    readonly turn: string
    readonly state: string
  }>
  readonly attempts: ReadonlyArray<{ readonly row: string; readonly outcome: string | null }>
}

export interface Facts {
  readonly said: ReadonlyArray<Said>
  /** Ids of the messages that were acknowledged: for the webhook, those that were answered 200. */
  readonly acknowledged: ReadonlySet<string>
  /** Ids that a poll handed out. */
  readonly handedOut: ReadonlySet<string>
  /** Polls that a kill can have cut between Zalo's answer and the commit. */
  readonly cutPolls: number
  readonly journal: Journalled
  /** What each chat heard, by `account/chat`. */
  readonly heard: ReadonlyMap<string, ReadonlyArray<string>>
}

export interface Verdict {
  /** What is wrong; empty when every promise was kept. */
  readonly broken: ReadonlyArray<string>
  readonly accepted: number
  /** Handed out by a poll and gone before the commit: the window that nobody can close. */
  readonly inTheWindow: number
  readonly doubled: number
  /** Cut twice in their flight, so that nobody knows whether they arrived: they stay `unknown`. */
  readonly undecided: number
}

const group = <A>(items: ReadonlyArray<A>, key: (item: A) => string): Map<string, Array<A>> => {
  const groups = new Map<string, Array<A>>()
  for (const item of items) {
    const found = groups.get(key(item))
    if (found === undefined) groups.set(key(item), [item])
    else found.push(item)
  }
  return groups
}

/** Whether these come in the order in which they stand there. */
const inOrder = (some: ReadonlyArray<string>, all: ReadonlyArray<string>): boolean => {
  let at = -1
  return some.every((one) => {
    const place = all.indexOf(one, at + 1)
    at = place
    return place >= 0
  })
}

/**
 * Holds what people heard to what was accepted: each accepted message has exactly one turn's replies, in order; a chunk is
 * there twice only if it was in flight when the process died, and its attempts say so.
 */
export const judge = (facts: Facts): Verdict => {
  const broken: Array<string> = []
  const { journal } = facts
  const committed = new Map(journal.inbox.map((row) => [row.id, row]))
  const saidById = new Map(facts.said.map((one) => [one.id, one]))
  const rowsOfTurn = group(journal.outbox, (row) => row.turn)
  const attemptsOf = group(journal.attempts, (attempt) => attempt.row)
  let doubled = 0
  let undecided = 0

  for (const id of facts.acknowledged) if (!committed.has(id)) broken.push(`${id} was acknowledged and is lost`)
  const window = Array.from(facts.handedOut).filter((id) => !committed.has(id))
  if (window.length > facts.cutPolls) {
    broken.push(`${window.length} polled messages are lost, and only ${facts.cutPolls} polls were cut`)
  }
  for (const one of facts.said) {
    if (committed.has(one.id) || facts.acknowledged.has(one.id) || facts.handedOut.has(one.id)) continue
    broken.push(`${one.id} was neither lost nor kept: Zalo still has it`)
  }

  for (const [lane, admitted] of group(journal.inbox, (row) => `${row.account}/${row.chat}`)) {
    const wrote = facts.said.filter((one) => `${one.account}/${one.chat}` === lane).map((one) => one.id)
    if (
      !inOrder(
        admitted.map((row) => row.id),
        wrote
      )
    )
      broken.push(`${lane}: admitted in another order than written`)
    const heard = facts.heard.get(lane) ?? []
    let at = 0
    for (const message of admitted) {
      const said = saidById.get(message.id)
      if (said === undefined) {
        broken.push(`${lane}: ${message.id} was never written`)
        continue
      }
      if (message.state !== "done") {
        broken.push(`${lane}: ${message.id} is ${message.state} (${message.reason ?? "no reason"})`)
      }
      const rows = rowsOfTurn.get(`${message.account}:${message.id}`) ?? []
      if (rows.length !== said.chunks.length) {
        broken.push(`${lane}: ${message.id} has ${rows.length} replies instead of ${said.chunks.length}`)
      }
      for (const [index, chunk] of said.chunks.entries()) {
        const row = rows[index]
        const attempts = (row === undefined ? [] : (attemptsOf.get(row.id) ?? [])).map((attempt) => attempt.outcome)
        let copies = 0
        while (heard[at] === chunk) {
          at += 1
          copies += 1
        }
        if (row === undefined) continue
        // Each copy that was heard is owed to one attempt that ended with it, or that nobody knows the end of.
        const taking = attempts.filter((outcome) => outcome === "unknown" || outcome === "sent")
        if (copies === 0) {
          if (row.state === "unknown" && !attempts.includes("sent")) undecided += 1
          else broken.push(`${lane}: "${chunk}" is ${row.state} and was not heard in its place`)
          continue
        }
        if (row.state !== "sent" && row.state !== "unknown")
          broken.push(`${lane}: "${chunk}" is ${row.state} at the end`)
        if (copies > 1) doubled += 1
        if (copies > taking.length) {
          broken.push(`${lane}: "${chunk}" was heard ${copies} times on ${taking.length} recorded attempts`)
        }
      }
    }
    if (at < heard.length) broken.push(`${lane}: heard "${heard[at]}" out of its place`)
  }
  return {
    broken,
    accepted: committed.size,
    inTheWindow: window.length,
    doubled,
    undecided
  }
}
