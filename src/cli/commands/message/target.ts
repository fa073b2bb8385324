/**
 * The chat's id without the prefixes that the reference's targets carry: `zalo:`, `zl:`, and after them `group:`, `user:` or
 * `dm:` (`reference-behaviour.md` §1.14).
 */
export const chatOf = (target: string): string =>
  target
    .trim()
    .replace(/^(?:zalo|zl):/i, "")
    .trim()
    .replace(/^(?:group|user|dm):/i, "")
    .trim()
