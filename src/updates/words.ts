/** An address as far as it may be shown: its path may hold a secret. */
export const originOf = (url: string): string => {
  const origin = URL.parse(url)?.origin
  return origin === undefined || origin === "null" ? "an address that cannot be read" : origin
}
