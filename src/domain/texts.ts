import type { Language } from "./Policy.ts"

interface Texts {
  /**
   * The pairing challenge. The code stands alone on its line, so that it can be copied and found.
   * `minutes`: how long it is good.
   */
  readonly challenge: (options: {
    readonly senderId: string
    readonly code: string
    readonly command: string
    readonly minutes: number
  }) => string
  readonly approved: string
  /** A turn failed and will be tried again later. */
  readonly delayed: string
  /** A turn failed for good. */
  readonly failed: string
  /** The chat begins anew: nothing said before counts any more. */
  readonly newSession: string
  /** A person answers from now on. */
  readonly handedOver: string
  /** The bot answers again. */
  readonly handedBack: string
  /** Told to the owners: somebody waits for a person. */
  readonly personWanted: (options: {
    readonly name: string
    readonly chat: string
    readonly reason: string | undefined
  }) => string
}

/** A name is free text: on one line it cannot pretend to be more. */
const named = (name: string, id: string): string => {
  const line = name.replace(/[\s\p{C}]+/gu, " ").trim()
  return line === "" ? id : `${line} (${id})`
}

const vi: Texts = {
  challenge: ({ senderId, code, command, minutes }) =>
    [
      "Xin chào! Bot này chỉ trò chuyện với người đã được duyệt.",
      `Zalo id của bạn: ${senderId}`,
      `Mã ghép nối (có hiệu lực ${minutes} phút):\n${code}`,
      `Hãy gửi mã này cho chủ bot. Chủ bot duyệt bằng lệnh:\n${command}`
    ].join("\n\n"),
  approved: "✅ Bạn đã được duyệt. Hãy nhắn tin để bắt đầu trò chuyện.",
  delayed: "⏳ Tôi chưa trả lời được tin nhắn của bạn và sẽ thử lại sau ít phút.",
  failed: "⚠️ Xin lỗi, tôi không trả lời được tin nhắn của bạn. Vui lòng gửi lại sau.",
  newSession: "🆕 Đã bắt đầu cuộc trò chuyện mới. Những gì đã nói trước đây không còn được tính đến.",
  handedOver: "🙋 Tin nhắn của bạn đã được chuyển cho nhân viên. Nhân viên sẽ trả lời bạn ngay tại đây.",
  handedBack: "🤖 Bot đã trở lại và sẽ tiếp tục trả lời bạn.",
  personWanted: ({ chat, name, reason }) =>
    `🙋 ${named(name, chat)} cần gặp nhân viên.${reason === undefined ? "" : `\nLý do: ${reason}`}`
}

const en: Texts = {
  challenge: ({ senderId, code, command, minutes }) =>
    [
      "Hello! This bot only talks to people who have been approved.",
      `Your Zalo id: ${senderId}`,
      `Pairing code (good for ${minutes === 1 ? "1 minute" : `${minutes} minutes`}):\n${code}`,
      `Send this code to the bot's owner, who approves it with:\n${command}`
    ].join("\n\n"),
  approved: "✅ You have been approved. Send a message to start chatting.",
  delayed: "⏳ I could not answer your message yet and will try again in a few minutes.",
  failed: "⚠️ Sorry, I could not answer your message. Please send it again later.",
  newSession: "🆕 A new conversation has begun. What was said before does not count any more.",
  handedOver: "🙋 Your conversation was passed to a person, who will answer you right here.",
  handedBack: "🤖 The bot is back and will go on answering you.",
  personWanted: ({ chat, name, reason }) =>
    `🙋 ${named(name, chat)} wants to talk to a person.${reason === undefined ? "" : `\nReason: ${reason}`}`
}

/** What the runtime itself says to people on Zalo, per account's `language`. */
export const texts = (language: Language): Texts => (language === "en" ? en : vi)
