/** The entry that stands for everybody. It is only ever a setting: no store holds it. */
export const everyone = "*"

const prefix = /^(?:zalo|zl):/i

/**
 * One form for every id that is compared: of a list in the configuration, of a sender, of a command's operand.
 * One leading `zalo:` or `zl:` is taken off (`reference-behaviour.md` §1.4).
 */
export const normalizeEntry = (entry: string): string => entry.trim().replace(prefix, "").trim().toLowerCase()

/** Whether a list of normalised entries names this id. `*` is not looked at. */
export const lists = (entries: ReadonlyArray<string>, id: string): boolean => entries.includes(normalizeEntry(id))

/** Whether a list of normalised entries lets this id in, by name or by `*`. */
export const admits = (entries: ReadonlyArray<string>, id: string): boolean =>
  entries.includes(everyone) || lists(entries, id)

/** Whether a list names this group: groups' ids begin with `zgr-`, and `*` never means a group. */
export const admitsGroup = (entries: ReadonlyArray<string>, chat: string): boolean =>
  normalizeEntry(chat).startsWith("zgr-") && lists(entries, chat)
