import * as Schema from "effect/Schema"
import { AccountId, MessageId } from "../../domain/ids.ts"

/**
 * What somebody calls a row: `in:ACCOUNT/MESSAGE_ID`, `out:ID`, or an id by itself, which is then looked for.
 */
export type RowName =
  | { readonly _tag: "In"; readonly account: AccountId; readonly messageId: MessageId }
  | { readonly _tag: "Out"; readonly id: number }
  | { readonly _tag: "Bare"; readonly id: string }

const isAccount = Schema.is(AccountId)
const inbound = /^in:([^/]+)\/(.+)$/s
const outbound = /^out:(\d{1,15})$/

/** Reads a name; undefined when it begins like one of ours and is none, or is blank. */
export const parseName = (text: string): RowName | undefined => {
  const id = outbound.exec(text)?.[1]
  if (id !== undefined) return { _tag: "Out", id: Number(id) }
  const [, account = "", message = ""] = inbound.exec(text) ?? []
  if (isAccount(account)) return { _tag: "In", account, messageId: MessageId.make(message) }
  return text.trim() === "" || /^(?:in|out):/.test(text) ? undefined : { _tag: "Bare", id: text }
}

export const nameOfInbox = (row: { readonly account: string; readonly messageId: string }): string =>
  `in:${row.account}/${row.messageId}`

export const nameOfOutbox = (row: { readonly id: number }): string => `out:${row.id}`
