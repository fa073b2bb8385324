import type { Turn } from "../domain/Turn.ts"

/** Stands for what a model cannot see. */
const unseen: Readonly<Record<Turn["message"]["kind"], string>> = {
  text: "",
  photo: "[photo]",
  sticker: "[sticker]",
  voice: "[voice message]",
  unsupported: "[a message that cannot be read here]"
}

/** A name is free text: on one line it cannot pretend to be a message of its own. */
const nameOf = ({ displayName, id }: Turn["sender"]): string => displayName.replace(/[\s\p{C}]+/gu, " ").trim() || id

/**
 * A message as a model is told of it: its words, in brackets what is not words, and in a group who said it. Empty when
 * nothing was said. `shown`: the model sees the picture itself.
 */
export const said = (
  {
    chat,
    message,
    sender
  }: Pick<Turn, "chat" | "sender"> & {
    readonly message: Pick<Turn["message"], "kind" | "text">
  },
  shown = false
): string => {
  const words = [shown ? "" : unseen[message.kind], message.text.trim()].filter((part) => part !== "").join(" ")
  return words === "" || chat.type === "PRIVATE" ? words : `${nameOf(sender)}: ${words}`
}
