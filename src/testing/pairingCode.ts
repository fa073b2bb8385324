import { codeAlphabet, codeLength } from "../access/code.ts"

const alone = new RegExp(`^[${codeAlphabet}]{${codeLength}}$`, "m")

/**
 * The code in a pairing challenge, where it stands alone on a line.
 *
 * **Gotchas** Throws, and so fails the test, when the text is no challenge.
 */
export const pairingCode = (text: string): string => {
  const [code] = alone.exec(text) ?? []
  if (code === undefined) throw new Error(`there is no pairing code in: ${text}`)
  return code
}
