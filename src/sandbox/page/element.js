/**
 * An element with attributes, listeners (`onclick: …`) and children. Strings become text nodes and nothing else: what people
 * write never becomes markup.
 */
export const element = (name, attributes = {}, ...children) => {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue
    if (typeof value === "function") made.addEventListener(key.slice(2), value)
    else made.setAttribute(key, value === true ? "" : String(value))
  }
  made.append(...children.filter((child) => child !== undefined))
  return made
}

export const byId = (id) => document.getElementById(id)

const hues = 8

/** The picture of somebody who has none: initials on a colour that follows from the id. `kind`: `group`, `bot` or `""`. */
export const avatar = (id, name, kind = "") => {
  const words = name.trim().split(/\s+/)
  const initials = (words.length > 1 ? [words[0], words.at(-1)] : words)
    .map((word) => Array.from(word)[0] ?? "")
    .join("")
  let sum = 0
  for (const character of id) sum = (sum * 31 + character.codePointAt(0)) % 9973
  return element(
    "span",
    { class: `avatar hue-${sum % hues} ${kind}`, "aria-hidden": "true" },
    initials.toUpperCase() || "?"
  )
}
