import type { StyledText } from "../../src/render/StyledText.ts"

/** A styled text for a test to read: `⟨b,i|words⟩`. */
export const shown = ({ styles, text }: StyledText): string => {
  let at = 0
  let out = ""
  for (const { len, st, start } of styles) {
    out += `${text.slice(at, start)}⟨${st.join()}|${text.slice(start, start + len)}⟩`
    at = start + len
  }
  return out + text.slice(at)
}
