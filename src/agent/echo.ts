import * as Stream from "effect/Stream"
import type { Turn } from "../domain/Turn.ts"
import type { AgentBridge } from "./AgentBridge.ts"

const said = ({ message }: Turn): string => (message.kind === "text" || message.kind === "photo" ? message.text : "")

/** Text comes back as it is (people do not write Markdown), a captioned photo as its caption. Stickers, voice, the unsupported and blank text get no reply. */
export const echo: AgentBridge["Service"] = {
  reply: (turn) => {
    const text = said(turn)
    return text.trim() === "" ? Stream.empty : Stream.succeed({ type: "text", text, format: "plain" })
  }
}
