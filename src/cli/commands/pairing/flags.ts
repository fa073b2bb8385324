import * as Param from "../../Param.ts"

export const code = Param.operand("CODE", "The pairing code that the sender was told, in any case")
export const sender = Param.operand("SENDER", "The sender's Zalo id")
export const noNotify = Param.toggle("no-notify", "Do not tell the sender")
