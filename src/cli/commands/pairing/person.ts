import type { Decided } from "../../../access/Pairing.ts"
import { printable } from "../../table.ts"

/** Somebody, in a sentence: `Lan (6ede…) on default`. */
export const person = ({ account, displayName, senderId }: Decided): string =>
  printable(displayName === "" ? `${senderId} on ${account}` : `${displayName} (${senderId}) on ${account}`)

/** Somebody, as the members of a JSON answer. */
export const personJson = ({ account, displayName, senderId }: Decided) => ({ account, senderId, displayName })
