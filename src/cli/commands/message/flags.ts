import * as Param from "../../Param.ts"
import { chatOf } from "./target.ts"

export const target = Param.text("target", "CHAT", "The chat's id", {
  short: "t",
  problem: (value) => (chatOf(value) === "" ? "a chat's id is needed" : undefined)
})
export const targets = Param.text(
  "targets",
  "FILE",
  "Many chats: a file with one id a line, or CSV with a chat column; - is stdin",
  { problem: (value) => (value.trim() === "" ? "a file is needed" : undefined) }
)
export const message = Param.text("message", "TEXT", "The text, or the picture's caption; - reads it from stdin", {
  short: "m"
})
export const media = Param.text("media", "URL-or-file", "A picture", {
  problem: (value) => (value.trim() === "" ? "an address or a file is needed" : undefined)
})
export const dryRun = Param.toggle("dry-run", "Show what would be sent, and send nothing")
