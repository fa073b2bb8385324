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
    /** The bot's owners are told of the request (`pairing.owners`). */
    readonly ownersTold: boolean
  }) => string
  readonly approved: string
  /** What the person wrote before the approval is answered next (`pairing.replay`). */
  readonly approvedAndAnswered: string
  /** More was written than `throttle` allows. */
  readonly throttled: (options: { readonly messages: number; readonly seconds: number }) => string
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

/** A length of time in its largest whole unit. */
const span = (seconds: number, second: string, minute: string, hour: string): string => {
  if (seconds % 3_600 === 0) return `${seconds / 3_600} ${hour}`
  return seconds % 60 === 0 ? `${seconds / 60} ${minute}` : `${seconds} ${second}`
}

const vi: Texts = {
  challenge: ({ senderId, code, command, minutes, ownersTold }) =>
    [
      "Xin chào! Bot này chỉ trò chuyện với người đã được duyệt.",
      `Zalo id của bạn: ${senderId}`,
      `Mã ghép nối (có hiệu lực ${minutes} phút):\n${code}`,
      ownersTold
        ? "Chủ bot đã được báo và sẽ duyệt bạn tại đây. Bạn cũng có thể tự gửi mã này cho chủ bot."
        : `Hãy gửi mã này cho chủ bot. Chủ bot duyệt bằng lệnh:\n${command}`
    ].join("\n\n"),
  approved: "✅ Bạn đã được duyệt. Hãy nhắn tin để bắt đầu trò chuyện.",
  approvedAndAnswered: "✅ Bạn đã được duyệt. Tin nhắn bạn đã gửi sẽ được trả lời ngay.",
  throttled: ({ messages, seconds }) =>
    `✋ Bạn nhắn nhanh quá: tôi chỉ nhận ${messages} tin nhắn trong ${span(seconds, "giây", "phút", "giờ")}. Tin nhắn vừa rồi không được trả lời, hãy chờ một chút rồi gửi lại.`,
  delayed: "⏳ Tôi chưa trả lời được tin nhắn của bạn và sẽ thử lại sau ít phút.",
  failed: "⚠️ Xin lỗi, tôi không trả lời được tin nhắn của bạn. Vui lòng gửi lại sau.",
  newSession: "🆕 Đã bắt đầu cuộc trò chuyện mới. Những gì đã nói trước đây không còn được tính đến.",
  handedOver: "🙋 Tin nhắn của bạn đã được chuyển cho nhân viên. Nhân viên sẽ trả lời bạn ngay tại đây.",
  handedBack: "🤖 Bot đã trở lại và sẽ tiếp tục trả lời bạn.",
  personWanted: ({ chat, name, reason }) =>
    `🙋 ${named(name, chat)} cần gặp nhân viên.${reason === undefined ? "" : `\nLý do: ${reason}`}`
}

const en: Texts = {
  challenge: ({ senderId, code, command, minutes, ownersTold }) =>
    [
      "Hello! This bot only talks to people who have been approved.",
      `Your Zalo id: ${senderId}`,
      `Pairing code (good for ${minutes === 1 ? "1 minute" : `${minutes} minutes`}):\n${code}`,
      ownersTold
        ? "The bot's owner is told of it, and will let you in here. You may also send them this code yourself."
        : `Send this code to the bot's owner, who approves it with:\n${command}`
    ].join("\n\n"),
  approved: "✅ You have been approved. Send a message to start chatting.",
  approvedAndAnswered: "✅ You have been approved. What you have written is answered next.",
  throttled: ({ messages, seconds }) =>
    `✋ You write faster than I can answer: I take ${messages} ${messages === 1 ? "message" : "messages"} in ${span(seconds, "s", "min", "h")}. Your last one is not answered; please wait a little and send it again.`,
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
