import type { AccountSettings } from "../../domain/Account.ts"
import { proactiveTexts } from "../../domain/proactiveTexts.ts"
import type { OutboundPayload, ReplyPart } from "../../domain/Reply.ts"
import { render } from "../../render/messages.ts"
import { renderOptions } from "../../render/settings.ts"

/** An operator's words go out as they were typed. */
export const partsOf = (message: string, media: string | undefined): ReadonlyArray<ReplyPart> =>
  media === undefined
    ? [{ type: "text", text: message, format: "plain" }]
    : [{ type: "photo", url: media, ...(message.trim() === "" ? {} : { caption: message }), format: "plain" }]

const withFooter = (parts: ReadonlyArray<ReplyPart>, footer: string): ReadonlyArray<ReplyPart> => {
  const last = parts.at(-1)
  const rest = parts.slice(0, -1)
  if (last?.type === "text") return [...rest, { ...last, text: `${last.text}\n\n${footer}` }]
  if (last?.type === "photo") {
    return [...rest, { ...last, caption: last.caption === undefined ? footer : `${last.caption}\n\n${footer}` }]
  }
  return [...parts, { type: "text", text: footer, format: "plain" }]
}

/** One recipient's messages. Only what goes to many says how to stop it. */
export const renderProactive = (
  settings: AccountSettings,
  parts: ReadonlyArray<ReplyPart>,
  many: boolean
): ReadonlyArray<OutboundPayload> => {
  const { footer, words } = settings.proactive.optOut
  const [word] = words
  const whole =
    many && footer && word !== undefined ? withFooter(parts, proactiveTexts(settings.language).footer(word)) : parts
  return render(whole, renderOptions(settings))
}
