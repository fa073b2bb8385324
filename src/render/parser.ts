import MarkdownIt, {
  type Env,
  type MarkdownIt as Parser,
  type StateBlock,
  type StateInline,
  type Token
} from "markdown-it"

/** Containers inside containers. Beyond it Markdown stays as it was written: each level reads all of its lines again. */
const maxNesting = 20

/** Zalo's own markup (`zalo-bot-api.md` §5.7, parse_mode): models that know Zalo write it. */
const zaloTag = /\{(\/?)(red|orange|yellow|green|big|underline)\}/y

const zalo = (state: StateInline, silent: boolean): boolean => {
  zaloTag.lastIndex = state.pos
  const found = state.src.charCodeAt(state.pos) === 0x7b ? zaloTag.exec(state.src) : null
  const [whole, slash, name] = found ?? []
  if (whole === undefined || name === undefined || state.pos + whole.length > state.posMax) return false
  if (!silent) {
    const token = state.push(slash === "" ? "zalo_open" : "zalo_close", "", 0)
    token.info = name
    token.content = whole
  }
  state.pos += whole.length
  return true
}

/** The parser on its own drops what is nested too deep; here it is one paragraph of what was written. */
const tooDeep = (state: StateBlock, from: number, to: number): void => {
  let line = state.skipEmptyLines(from)
  const first = line
  while (line < to && (state.isEmpty(line) || (state.sCount[line] ?? 0) >= state.blkIndent)) line += 1
  state.line = line
  if (line === first) return
  const token = state.push("literal", "", 0)
  token.content = state.getLines(first, line, state.blkIndent, false).trimEnd()
  token.map = [first, line]
}

const make = (): Parser => {
  const md = new MarkdownIt({ html: true })
  md.set({ maxNesting })
  // Addresses are shown, not followed: they stay as they were written.
  md.normalizeLink = (url) => url
  md.normalizeLinkText = (text) => text
  md.inline.ruler.before("emphasis", "zalo", zalo)
  const tokenize = md.block.tokenize.bind(md.block)
  md.block.tokenize = (state, from, to) =>
    state.level >= maxNesting ? tooDeep(state, from, to) : tokenize(state, from, to)
  return md
}

let made: Parser | undefined

/** Made when the first Markdown comes: a process that renders none starts faster. */
const parser = (): Parser => (made ??= make())

export type { Token }

export interface Parsed {
  readonly tokens: ReadonlyArray<Token>
  /** Whether it defines addresses for links elsewhere: those lines show nothing. */
  readonly defines: boolean
}

/** CommonMark with GitHub's tables and strikethrough. */
export const parse = (markdown: string): Parsed => {
  const env: Env = {}
  const tokens = parser().parse(markdown, env)
  return { tokens, defines: env.references !== undefined }
}

/** The words of a text without any blocks. */
export const parseInline = (markdown: string): ReadonlyArray<Token> =>
  parser()
    .parseInline(markdown, {})
    .flatMap((token) => token.children ?? [])
