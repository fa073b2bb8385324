/** Who answers: what a template of `responsePrefix` may name. */
export interface PrefixValues {
  readonly account: string
  /** The account's name for people. */
  readonly name: string | undefined
  /** The bot's name on Zalo; unknown until `getMe` has answered. */
  readonly bot: string | undefined
}

/**
 * What goes before an answer, from its template. Values, in any case: `{account}` the account's id, `{account.name}` its name,
 * `{bot}` the bot's name on Zalo (also `{identity.name}` and `{identityName}`, the reference's names of it). One that is not known
 * here stays as it is written. The template `auto` is the bot's name in brackets; while no name is known it is nothing.
 */
export const responsePrefix = (template: string | undefined, { account, bot, name }: PrefixValues): string => {
  if (template === undefined) return ""
  const shown = bot ?? name
  if (template.trim().toLowerCase() === "auto") return shown === undefined ? "" : `[${shown}]`
  return template.replace(/\{([a-z.]+)\}/gi, (written, key: string) => {
    switch (key.toLowerCase()) {
      case "account":
        return account
      case "account.name":
        return name ?? account
      case "bot":
      case "identity.name":
      case "identityname":
        return shown ?? account
      default:
        return written
    }
  })
}
