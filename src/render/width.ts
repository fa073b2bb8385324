import { segments } from "./graphemes.ts"

/** One column for each unit: Latin letters, the composed Vietnamese ones included. */
const narrow = /^[\u0020-\u007e\u00a0-\u02ff\u1e00-\u1eff]*$/

/** Two columns: East Asian scripts and signs, and whatever is drawn as an emoji. */
const wide =
  /^(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f|[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}])|\ufe0f\u20e3$/u

/** How many columns of a fixed-width font a text takes: letters with their marks one, emoji and Chinese signs two. */
export const columns = (text: string): number => {
  if (narrow.test(text)) return text.length
  let sum = 0
  for (const { segment } of segments(text)) sum += wide.test(segment) ? 2 : 1
  return sum
}
