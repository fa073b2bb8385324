import type { Language } from "./Policy.ts"

/** Somebody who waits for an approval, as the owner is told. */
export interface Waiting {
  readonly displayName: string
  readonly senderId: string
  readonly code: string
  /** How long the code is still good. */
  readonly minutes: number
}

/** Somebody, in a sentence. */
export type Person = Pick<Waiting, "displayName" | "senderId">

/** What an owner is told in the own chat with the bot. */
interface OwnerTexts {
  /** People ask to be let in. Codes stand alone on their lines; `more`: so many others follow later. */
  readonly asked: (waiting: ReadonlyArray<Waiting>, more: number) => string
  /** A word without a code, and several wait. `more`: so many others are not named. */
  readonly which: (waiting: ReadonlyArray<Waiting>, more: number) => string
  /** `replayed`: so many messages that waited are answered now. */
  readonly approved: (person: Person, replayed: number) => string
  readonly declined: (person: Person) => string
  readonly blocked: (person: Person) => string
  readonly unknownCode: (code: string) => string
  readonly expiredCode: (code: string, senderId: string) => string
  readonly usedCode: (code: string, senderId: string, ended: "approved" | "declined") => string
  readonly tooManyGuesses: (minutes: number) => string
}

const longestName = 60

/** A name comes from a stranger: it stays in its line, and nothing in it turns the reading direction. */
const nameOf = ({ displayName, senderId }: Person): string => {
  const plain = displayName
    .replace(/[\p{C}\u2028\u2029]/gu, " ")
    .replace(/\s+/gu, " ")
    .trim()
  const letters = Array.from(plain)
  const name = letters.length > longestName ? `${letters.slice(0, longestName).join("")}…` : plain
  return name === "" ? senderId : `${name} (${senderId})`
}

const lines = (waiting: ReadonlyArray<Waiting>) => waiting.map((one) => `${nameOf(one)}:\n${one.code}`)

const paragraphs = (...parts: ReadonlyArray<string | undefined>): string =>
  parts.filter((part) => part !== undefined).join("\n\n")

const vi: OwnerTexts = {
  asked: (waiting, more) => {
    const [first, second] = waiting
    if (first !== undefined && second === undefined && more === 0) {
      return paragraphs(
        `🔔 ${nameOf(first)} muốn trò chuyện với bot.`,
        `Mã ghép nối (còn hiệu lực ${first.minutes} phút):\n${first.code}`,
        `Hãy trả lời:\nok ${first.code} – duyệt\nno ${first.code} – từ chối, người này có thể hỏi lại\nblock ${first.code} – chặn`,
        "Nếu chỉ có một người đang chờ, bạn có thể bỏ mã."
      )
    }
    return paragraphs(
      `🔔 ${waiting.length + more} người muốn trò chuyện với bot.`,
      ...lines(waiting),
      more > 0 ? `Còn ${more} người nữa, tôi sẽ báo sau.` : undefined,
      "Hãy trả lời: ok MÃ (duyệt), no MÃ (từ chối) hoặc block MÃ (chặn)."
    )
  },
  which: (waiting, more) =>
    paragraphs(
      `Có ${waiting.length + more} người đang chờ. Bạn muốn nói ai? Hãy gửi kèm mã.`,
      ...lines(waiting),
      more > 0 ? `Và ${more} người nữa.` : undefined
    ),
  approved: (person, replayed) =>
    `✅ Đã duyệt ${nameOf(person)}. Người này đã được báo${replayed > 0 ? ", tin nhắn đang chờ được trả lời ngay" : ""}.`,
  declined: (person) => `🚫 Đã từ chối ${nameOf(person)}. Nếu nhắn tin nữa, người này sẽ nhận mã mới.`,
  blocked: (person) => `⛔ Đã chặn ${nameOf(person)}. Bot không nghe người này nữa.`,
  unknownCode: (code) => `Không có ai đang chờ với mã ${code}.`,
  expiredCode: (code, senderId) => `Mã ${code} của ${senderId} đã hết hạn. Khi người này nhắn tin lại, sẽ có mã mới.`,
  usedCode: (code, senderId, ended) =>
    `Mã ${code} đã được dùng: ${senderId} đã ${ended === "approved" ? "được duyệt" : "bị từ chối"}.`,
  tooManyGuesses: (minutes) => `Sai mã quá nhiều lần. Hãy thử lại sau ${minutes} phút.`
}

const people = (count: number): string => (count === 1 ? "1 person" : `${count} people`)

const en: OwnerTexts = {
  asked: (waiting, more) => {
    const [first, second] = waiting
    if (first !== undefined && second === undefined && more === 0) {
      return paragraphs(
        `🔔 ${nameOf(first)} would like to talk to the bot.`,
        `Pairing code (good for ${first.minutes === 1 ? "1 minute" : `${first.minutes} minutes`}):\n${first.code}`,
        `Answer with:\nok ${first.code} – let them in\nno ${first.code} – decline, they may ask again\nblock ${first.code} – block them`,
        "While only one person waits you may leave the code out."
      )
    }
    return paragraphs(
      `🔔 ${people(waiting.length + more)} would like to talk to the bot.`,
      ...lines(waiting),
      more > 0 ? `And ${more} more, of whom I will tell you later.` : undefined,
      "Answer with ok CODE (let in), no CODE (decline) or block CODE (block)."
    )
  },
  which: (waiting, more) =>
    paragraphs(
      `${people(waiting.length + more)} ${waiting.length + more === 1 ? "is" : "are"} waiting. Whom do you mean? Send the code with the word.`,
      ...lines(waiting),
      more > 0 ? `And ${more} more.` : undefined
    ),
  approved: (person, replayed) =>
    `✅ Approved ${nameOf(person)}. They have been told${replayed > 0 ? ", and what they wrote is answered now" : ""}.`,
  declined: (person) => `🚫 Declined ${nameOf(person)}. If they write again they get a new code.`,
  blocked: (person) => `⛔ Blocked ${nameOf(person)}. The bot does not hear them any more.`,
  unknownCode: (code) => `Nobody is waiting with the code ${code}.`,
  expiredCode: (code, senderId) => `The code ${code} of ${senderId} has expired. Their next message brings a new one.`,
  usedCode: (code, senderId, ended) => `The code ${code} has been used: ${senderId} was ${ended}.`,
  tooManyGuesses: (minutes) =>
    `Too many wrong codes. Try again in ${minutes === 1 ? "1 minute" : `${minutes} minutes`}.`
}

/** What the runtime says to the owners of an account, per its `language`. */
export const ownerTexts = (language: Language): OwnerTexts => (language === "en" ? en : vi)
