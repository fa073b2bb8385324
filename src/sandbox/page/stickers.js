/**
 * Stickers by their id, in Zalo's form (20 hex characters). They are drawn from `stickers.svg`, so that the page needs no
 * other server and no emoji font.
 */
export const stickers = [
  { id: "0e078a2fb66a5f34067b", name: "hello", vi: "Xin chào", en: "Hello" },
  { id: "93ad9401a844411a1855", name: "laugh", vi: "Cười", en: "Laugh" },
  { id: "5a1c0d2e3f4b5c6d7e8f", name: "love", vi: "Yêu", en: "Love" },
  { id: "6b2d1e3f405c6d7e8f90", name: "good", vi: "Tốt", en: "Good" },
  { id: "7c3e2f40516d7e8f9001", name: "sad", vi: "Buồn", en: "Sad" },
  { id: "8d4f3051627e8f900112", name: "hooray", vi: "Chúc mừng", en: "Hooray" }
]

const namespace = "http://www.w3.org/2000/svg"

/** The drawing of one of ours, and nothing for a sticker that only Zalo has. */
export const drawingOf = (id) => {
  const known = stickers.find((sticker) => sticker.id === id)
  if (known === undefined) return undefined
  const drawing = document.createElementNS(namespace, "svg")
  const use = document.createElementNS(namespace, "use")
  use.setAttribute("href", `/sandbox/assets/stickers.svg#${known.name}`)
  drawing.setAttribute("aria-hidden", "true")
  drawing.append(use)
  return drawing
}
