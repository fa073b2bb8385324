import { codeAlphabet, codeLength, normalizeCode } from "./code.ts"

/** What an owner wants done about somebody who asked. Without a code it is about the only one who waits. */
export interface OwnerWord {
  readonly decision: "approve" | "decline" | "block"
  readonly code: string | undefined
}

const words: ReadonlyArray<readonly [word: string, OwnerWord["decision"]]> = [
  ["ok", "approve"],
  ["duyệt", "approve"],
  ["approve", "approve"],
  ["no", "decline"],
  ["từ chối", "decline"],
  ["decline", "decline"],
  ["block", "block"],
  ["chặn", "block"]
]

const code = new RegExp(`^[${codeAlphabet}]{${codeLength}}$`)

/** A code as people type it, else undefined. In two pieces only where a digit shows that it is no sentence. */
const codeOf = (typed: string): string | undefined => {
  const normal = normalizeCode(typed)
  const pieces = typed.split(/[\s-]+/u).length
  return code.test(normal) && (pieces === 1 || (pieces === 2 && /\d/.test(normal))) ? normal : undefined
}

/**
 * Reads an owner's message: one of the words, alone or with a code behind it. Anything more is no such word but something
 * that the owner says to the bot (`ok, thanks`). Case does not count, nor how Vietnamese letters are composed.
 */
export const ownerWord = (text: string): OwnerWord | undefined => {
  const said = text
    .normalize("NFC")
    .trim()
    .replace(/[.!]+$/u, "")
    .replace(/\s+/gu, " ")
  const lower = said.toLowerCase()
  for (const [word, decision] of words) {
    if (lower === word) return { decision, code: undefined }
    if (!lower.startsWith(`${word} `)) continue
    const found = codeOf(said.slice(word.length + 1))
    if (found !== undefined) return { decision, code: found }
  }
  return undefined
}
