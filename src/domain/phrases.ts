/** Case, spaces and the punctuation at the end make no difference. */
const plain = (text: string): string =>
  text
    .normalize("NFC")
    .toLowerCase()
    .replace(/\s+/gu, " ")
    .trim()
    .replace(/[\s.!?…]+$/u, "")

const withoutAccents = (text: string): string =>
  text.normalize("NFD").replace(/\p{M}/gu, "").replaceAll("đ", "d").normalize("NFC")

/**
 * Whether a message says one of these phrases, and nothing else. Vietnamese is often typed without its accents: a message
 * that has none may stand for a phrase that has some (`gap nhan vien` for `gặp nhân viên`), but accents that differ are other
 * words.
 */
export const saysOneOf = (text: string, phrases: ReadonlyArray<string>): boolean => {
  if (phrases.length === 0) return false
  const said = plain(text)
  if (said === "") return false
  const bare = withoutAccents(said) === said
  return phrases.some((phrase) => {
    const meant = plain(phrase)
    return said === meant || (bare && said === withoutAccents(meant))
  })
}
