import type { Language } from "./Policy.ts"

interface ProactiveTexts {
  readonly optedOut: (back: string | undefined) => string
  readonly optedIn: string
  /** Below a broadcast. */
  readonly footer: (word: string) => string
}

const vi: ProactiveTexts = {
  optedOut: (back) =>
    `✅ Bạn sẽ không nhận tin nhắn chủ động nữa. Tôi vẫn trả lời khi bạn nhắn tin.${back === undefined ? "" : ` Gửi ${back} để nhận lại.`}`,
  optedIn: "✅ Bạn sẽ lại nhận tin nhắn chủ động.",
  footer: (word) => `Gửi ${word} để không nhận tin này nữa.`
}

const en: ProactiveTexts = {
  optedOut: (back) =>
    `✅ You will get no more messages that you did not ask for. I still answer when you write.${back === undefined ? "" : ` Send ${back} to get them again.`}`,
  optedIn: "✅ You will get our messages again.",
  footer: (word) => `Send ${word} to stop these messages.`
}

/** What people are told of messages that they did not ask for. */
export const proactiveTexts = (language: Language): ProactiveTexts => (language === "en" ? en : vi)
