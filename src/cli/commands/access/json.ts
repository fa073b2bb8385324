import * as DateTime from "effect/DateTime"
import type { Block, Grant, PairingRequest } from "../../../access/records.ts"

/** A grant, as the members of a JSON answer. */
export const grantJson = ({ account, approvedAt, approvedBy, displayName, how, senderId }: Grant) => ({
  account,
  senderId,
  displayName,
  approvedBy,
  approvedAt: DateTime.formatIso(approvedAt),
  how
})

export const blockJson = ({ account, blockedAt, blockedBy, displayName, senderId }: Block) => ({
  account,
  senderId,
  displayName,
  blockedBy,
  blockedAt: DateTime.formatIso(blockedAt)
})

/** The same as in `pairing list`. */
export const requestJson = ({ account, code, createdAt, displayName, expiresAt, senderId }: PairingRequest) => ({
  account,
  senderId,
  displayName,
  code,
  createdAt: DateTime.formatIso(createdAt),
  expiresAt: DateTime.formatIso(expiresAt)
})
