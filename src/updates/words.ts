/** What people are told of a transport, where the error's own sentence is not enough. */
export const tokenRefused =
  "token refused (401): it was reset or mistyped; put the new one into the configuration, which is taken up at once"

/** An address as far as it may be shown: its path may hold a secret. */
export const originOf = (url: string): string => {
  const origin = URL.parse(url)?.origin
  return origin === undefined || origin === "null" ? "an address that cannot be read" : origin
}

export const blockedAt = (where: string): string => `blocked: a webhook was set at ${where}`
