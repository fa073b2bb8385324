/** The word in a text by which its reply is recognised: chat, number in that chat, and the moment it left (ns, monotonic). */
export const mark = (chat: number, n: number): string => `c${chat}n${n}t${process.hrtime.bigint()}`

const pattern = /c(\d+)n(\d+)t(\d+)/

/** What the fake platform has seen of replies. */
export const seen = {
  replies: 0,
  actions: 0,
  /** Replies that overtook an earlier one of their chat. */
  disorder: 0,
  /** Milliseconds from delivery to reply, by chat. */
  latencies: new Map<number, Array<number>>(),
  last: new Map<number, number>(),
  onReply: (_chat: number): void => {}
}

export const forget = (): void => {
  seen.replies = 0
  seen.actions = 0
  seen.disorder = 0
  seen.latencies.clear()
  seen.last.clear()
}

export const reply = (text: string): void => {
  const found = pattern.exec(text)
  if (found === null) return
  const chat = Number(found[1])
  const n = Number(found[2])
  if ((seen.last.get(chat) ?? -1) > n) seen.disorder++
  seen.last.set(chat, n)
  const ms = Number(process.hrtime.bigint() - BigInt(found[3] ?? 0)) / 1e6
  const known = seen.latencies.get(chat)
  if (known === undefined) seen.latencies.set(chat, [ms])
  else known.push(ms)
  seen.replies++
  seen.onReply(chat)
}
