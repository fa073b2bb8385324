/** The values of one call, checked: what `read` of a flag or an operand looks into. */
export interface Args {
  readonly flags: ReadonlyMap<string, string>
  readonly operands: ReadonlyMap<string, string>
}

/** One `--flag`, as data: the parser, the help and the handler share it. */
export interface Flag<out A> {
  readonly name: string
  /** One letter, for `-x`. */
  readonly short: string | undefined
  /** How help calls the value; undefined: the flag stands alone. */
  readonly value: string | undefined
  readonly summary: string
  readonly required: boolean
  /** What is wrong with a value, or undefined. */
  readonly problem: (text: string) => string | undefined
  readonly read: (args: Args) => A
}

/** One word after the command. */
export interface Operand {
  readonly name: string
  readonly summary: string
  /** Whether it may be left out: then it reads as `""`. Only the last ones of a command. */
  readonly optional: boolean
  readonly read: (args: Args) => string
}

/** Nothing is wrong with any value. */
export const anything = (): undefined => undefined

interface Options {
  readonly short?: string
  readonly problem?: (text: string) => string | undefined
}

export const toggle = (name: string, summary: string, options: Options = {}): Flag<boolean> => ({
  name,
  short: options.short,
  value: undefined,
  summary,
  required: false,
  problem: anything,
  read: (args) => args.flags.has(name)
})

export const text = (
  name: string,
  value: string,
  summary: string,
  options: Options = {}
): Flag<string | undefined> => ({
  name,
  short: options.short,
  value,
  summary,
  required: false,
  problem: options.problem ?? anything,
  read: (args) => args.flags.get(name)
})

/** The parser refuses a call without it, so that reading it always gives a value. */
export const requiredText = (name: string, value: string, summary: string, options: Options = {}): Flag<string> => ({
  ...text(name, value, summary, options),
  required: true,
  read: (args) => args.flags.get(name) ?? ""
})

/** A TCP port; 0 lets the system choose. */
export const port = (name: string, summary: string): Flag<number | undefined> => ({
  ...text(name, "PORT", summary),
  problem: (value) =>
    /^[0-9]{1,5}$/.test(value) && Number(value) <= 65535 ? undefined : "a port is a number from 0 to 65535",
  read: (args) => {
    const value = args.flags.get(name)
    return value === undefined ? undefined : Number(value)
  }
})

/** How many are shown, at most: `--limit`. */
export const limit = (
  what: string,
  {
    most = 999_999,
    short,
    usual = 100
  }: { readonly most?: number; readonly short?: string; readonly usual?: number } = {}
): Flag<number> => ({
  ...text("limit", "N", `${what} (${usual})`, short === undefined ? {} : { short }),
  problem: (value) =>
    /^[1-9]\d{0,5}$/.test(value) && Number(value) <= most ? undefined : `a limit is a whole number from 1 to ${most}`,
  read: (args) => Number(args.flags.get("limit") ?? usual)
})

export const operand = (name: string, summary: string, options: { readonly optional?: boolean } = {}): Operand => ({
  name,
  summary,
  optional: options.optional ?? false,
  read: (args) => args.operands.get(name) ?? ""
})
