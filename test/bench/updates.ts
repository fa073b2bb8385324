/** Who is spoken to, and in whose words: grammY speaks Telegram's. */
export type Shape = "zalo" | "telegram"

/** Where updates are delivered to. */
export interface Target {
  readonly port: number
  readonly path: string
  readonly shape: Shape
}

export const secret = "mot-bi-mat-du-dai-2026"
export const zaloToken = "4055584533866160964:bench-zalo"
export const telegramToken = "777000111:bench-telegram"

export const secretHeader: Record<Shape, string> = {
  zalo: "X-Bot-Api-Secret-Token",
  telegram: "X-Telegram-Bot-Api-Secret-Token"
}

const words =
  "Chào shop, mình muốn hỏi đơn hàng hôm qua đã gửi đi chưa ạ? Nếu chưa thì cho mình đổi sang địa chỉ ở quận Bình Thạnh nhé."

/**
 * One text message as its platform delivers it, about half a kilobyte. `mark` is a word that the echo brings back.
 *
 * @param at milliseconds since the epoch
 */
export const update = (shape: Shape, chat: number, id: number, mark: string, at: number): string => {
  const text = `${mark} ${words}`
  if (shape === "telegram") {
    const from = { id: 100_000 + chat, is_bot: false, first_name: "Nguyễn A", language_code: "vi" }
    const sentIn = { id: 100_000 + chat, first_name: "Nguyễn A", type: "private" }
    return JSON.stringify({
      update_id: id,
      message: { message_id: id, from, chat: sentIn, date: Math.floor(at / 1000), text }
    })
  }
  const chatId = `ae800e9657c5be${chat.toString(16).padStart(6, "0")}`
  return JSON.stringify({
    event_name: "message.text.received",
    message: {
      date: at,
      chat: { chat_type: "PRIVATE", id: chatId },
      message_id: `bb5e4d6e${id.toString(16).padStart(12, "0")}`,
      from: { id: chatId, is_bot: false, display_name: "Nguyễn A" },
      text
    }
  })
}

/** Now, ms since the epoch. */
export const now = (): number => Math.round(performance.timeOrigin + performance.now())

/** A fresh range of message ids for each run of the bench and each use in it. */
let used = Math.floor(now() / 1000) * 100_000
export const freshIds = (count: number): number => {
  used += count
  return used - count
}
