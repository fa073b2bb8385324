import * as Stream from "effect/Stream"
import { mediaNotice, type Turn } from "../domain/Turn.ts"
import type { AgentBridge } from "./AgentBridge.ts"

/** What the gateway says of a picture that it could not fetch is not the person's word. */
const withoutNotice = (text: string): string => {
  const notice = mediaNotice("image")
  return text.endsWith(notice) ? text.slice(0, -notice.length).replace(/\n\n$/, "") : text
}

const said = ({ message }: Turn): string => {
  if (message.kind === "photo") return withoutNotice(message.text)
  return message.kind === "text" ? message.text : ""
}

/** Text comes back as it is (people do not write Markdown), a captioned photo as its caption. Stickers, voice, the unsupported and blank text get no reply. */
export const echo: AgentBridge["Service"] = {
  reply: (turn) => {
    const text = said(turn)
    return text.trim() === "" ? Stream.empty : Stream.succeed({ type: "text", text, format: "plain" })
  }
}
