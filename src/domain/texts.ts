import type { Language } from "./Policy.ts"

interface Texts {
  /** The pairing challenge: the sender's id, the code, and the command that approves it. */
  readonly challenge: (options: { readonly senderId: string; readonly code: string; readonly command: string }) => string
  readonly approved: string
  /** A turn failed and will be tried again later. */
  readonly delayed: string
  /** A turn failed for good. */
  readonly failed: string
}

const vi: Texts = {
  challenge: ({ senderId, code, command }) =>
    `Xin chào! Bot này chỉ trò chuyện với người đã được duyệt.\n\nZalo id của bạn: ${senderId}\nMã ghép nối: ${code}\n\nHãy gửi mã này cho chủ bot. Chủ bot duyệt bằng lệnh:\n${command}\n\nMã có hiệu lực trong một thời gian ngắn.`,
  approved: "✅ Bạn đã được duyệt. Hãy nhắn tin để bắt đầu trò chuyện.",
  delayed: "⏳ Tôi chưa trả lời được tin nhắn của bạn và sẽ thử lại sau ít phút.",
  failed: "⚠️ Xin lỗi, tôi không trả lời được tin nhắn của bạn. Vui lòng gửi lại sau."
}

const en: Texts = {
  challenge: ({ senderId, code, command }) =>
    `Hello! This bot only talks to people who have been approved.\n\nYour Zalo id: ${senderId}\nPairing code: ${code}\n\nSend this code to the bot's owner, who approves it with:\n${command}\n\nThe code is good for a short time.`,
  approved: "✅ You have been approved. Send a message to start chatting.",
  delayed: "⏳ I could not answer your message yet and will try again in a few minutes.",
  failed: "⚠️ Sorry, I could not answer your message. Please send it again later."
}

/** What the runtime itself says to people on Zalo, per account's `language`. */
export const texts = (language: Language): Texts => (language === "en" ? en : vi)
