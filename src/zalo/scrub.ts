const escape = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)

// Shorter halves would be cut out of ordinary words.
const shortest = 6

const forms = (secret: string): ReadonlyArray<string> => {
  const half = secret.slice(secret.indexOf(":") + 1)
  return [secret, half].filter((text, at) => text !== "" && (at === 0 || text.length >= shortest))
}

/**
 * Takes secrets out of a text that came from outside, raw and percent-encoded. The token is part of the path, and the error
 * pages of gateways echo paths (`zalo-bot-api.md` §2.1). What follows the token's colon is taken out by itself too, so that
 * it does not matter how the colon was written (`%3A`, `&#58;`, `%253A`).
 */
export const scrubber = (secrets: ReadonlyArray<string>): ((text: string) => string) => {
  const patterns = secrets
    .flatMap(forms)
    .flatMap((text) => [text, encodeURIComponent(text.toWellFormed())])
    .sort((a, b) => b.length - a.length)
    .map(escape)
  if (patterns.length === 0) return (text) => text
  const pattern = new RegExp(patterns.join("|"), "gi")
  return (text) => text.replaceAll(pattern, "<redacted>")
}
