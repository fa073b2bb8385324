import { element } from "./element.js"

/** Codes that change how a line stands; all others change how its letters look. */
const isLine = (code) => code.startsWith("lst_") || code.startsWith("ind_")

const classes = (codes) => codes.map((code) => `st-${code}`).join(" ")

/** The codes that hold in each stretch between two places where one of the runs begins or ends. */
const stretches = (text, styles, from, to) => {
  const places = new Set([from, to])
  for (const { start, len } of styles) {
    for (const place of [start, start + len]) if (place > from && place < to) places.add(place)
  }
  const sorted = Array.from(places).sort((one, other) => one - other)
  return sorted.slice(0, -1).map((start, index) => ({
    words: text.slice(start, sorted[index + 1]),
    codes: styles
      .filter((style) => style.start <= start && style.start + style.len > start)
      .flatMap(({ st }) => st)
      .filter((code) => !isLine(code))
  }))
}

const words = (text, styles, from, to) =>
  from === to
    ? []
    : stretches(text, styles, from, to).map((stretch) =>
        stretch.codes.length === 0 ? stretch.words : element("span", { class: classes(stretch.codes) }, stretch.words)
      )

/** Line by line, because lists and indents belong to whole lines; their bullets and numbers are drawn, not written. */
const lines = (text, styles) => {
  let from = 0
  return text.split("\n").map((line) => {
    const to = from + line.length
    const near = styles.filter(({ start, len }) => start <= to && start + len > from)
    const codes = new Set(near.flatMap(({ st }) => st).filter(isLine))
    const shown = words(text, near, from, to)
    from = to + 1
    return element(
      "span",
      { class: `line ${classes(Array.from(codes))}` },
      ...(shown.length === 0 ? ["\u200b"] : shown)
    )
  })
}

/** What Zalo would show of a text with these styles (`zalo-bot-api.md` §5.7): text nodes and spans. */
export const styledText = (text, styles = []) =>
  styles.some(({ st }) => st.some(isLine)) ? lines(text, styles) : words(text, styles, 0, text.length)
