/**
 * Stickers by their id, in Zalo's form (20 hex characters). The first was seen on the official pages; nothing is fetched to
 * draw them, so that the page needs no network.
 */
export const stickers = [
  { id: "0e078a2fb66a5f34067b", drawing: "👋", vi: "Xin chào", en: "Hello" },
  { id: "93ad9401a844411a1855", drawing: "😄", vi: "Cười", en: "Laugh" },
  { id: "5a1c0d2e3f4b5c6d7e8f", drawing: "❤️", vi: "Yêu", en: "Love" },
  { id: "6b2d1e3f405c6d7e8f90", drawing: "👍", vi: "Tốt", en: "Good" },
  { id: "7c3e2f40516d7e8f9001", drawing: "😢", vi: "Buồn", en: "Sad" },
  { id: "8d4f3051627e8f900112", drawing: "🎉", vi: "Chúc mừng", en: "Hooray" }
]

export const drawingOf = (id) => stickers.find((sticker) => sticker.id === id)?.drawing
