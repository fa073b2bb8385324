import * as Duration from "effect/Duration"
import * as Param from "../../Param.ts"
import { chatOf } from "../message/target.ts"
import { readLength } from "../since.ts"

const chatOperand = Param.operand("CHAT", "The chat's id: a person's Zalo id, or a group's (zgr-…)")
export const chat: Param.Operand = { ...chatOperand, read: (args) => chatOf(chatOperand.read(args)) }

export const waiting = Param.toggle("waiting", "Only chats where somebody waits for a person, the longest wait first")
export const paused = Param.toggle("paused", "Only chats that a person answers in")
export const optedOut = Param.toggle("opted-out", "Only chats that want no message they did not ask for")
export const answer = Param.toggle("answer", "Let the bot answer the kept messages that no person has answered")
export const noWait = Param.toggle("no-wait", "Do not wait until it was sent")
export const reason = Param.text("reason", "TEXT", "Why, for whoever reads the list")

export const chatLimit = Param.limit("Chats, at most")
export const messageLimit = Param.limit("Messages, at most", { usual: 20 })

const lengthText = Param.text("for", "DURATION", "Until the bot takes over again by itself, such as 30m or 2h", {
  problem: (text) => {
    const length = readLength(text)
    return length === undefined || Duration.isZero(length) ? "write a duration, such as 30m or 2h" : undefined
  }
})
export const lasts: Param.Flag<Duration.Duration | undefined> = {
  ...lengthText,
  read: (args) => {
    const text = lengthText.read(args)
    return text === undefined ? undefined : readLength(text)
  }
}
