import type { Range, StyledText } from "./StyledText.ts"

const moved = (ranges: ReadonlyArray<Range>, by: number): ReadonlyArray<Range> =>
  ranges.map(({ end, start }) => ({ start: start + by, end: end + by }))

/** Puts plain words before a text: on its first line, or on one of their own where a list, code or a table begins. */
export const prefixedStyled = (styled: StyledText, prefix: string): StyledText => {
  if (prefix === "") return styled
  const { bounds, styles, text } = styled
  const first = [bounds?.items[0], bounds?.blocks[0]].some((range) => range?.start === 0)
  const before = `${prefix}${first ? "\n" : " "}`
  const by = before.length
  return {
    text: before + text,
    styles: styles.map((style) => ({ ...style, start: style.start + by })),
    bounds:
      bounds === undefined
        ? undefined
        : {
            atoms: moved(bounds.atoms, by),
            items: moved(bounds.items, by),
            blocks: moved(bounds.blocks, by),
            headings: moved(bounds.headings, by)
          }
  }
}

/** What must stand at the beginning of a line to mean something. */
const blockStart = /^ {0,3}(?:#{1,6}\s|[-*+]\s|\d+[.)]\s|>|`{3}|~{3}|\|)|^ {4}/

/** The same for Markdown that goes out as Markdown. */
export const prefixedMarkdown = (markdown: string, prefix: string): string =>
  prefix === "" ? markdown : `${prefix}${blockStart.test(markdown) ? "\n" : " "}${markdown}`
