/** The longest secret that Zalo takes (`zalo-bot-api.md` §5.3). */
const longest = 256

/** Compares what a request brought with one secret, in a time that does not depend on the secret. */
export type SecretCheck = (given: string) => boolean

/**
 * Every comparison looks at 256 places, however long either side is, so the time tells neither the length nor how much of it
 * was right. Headers are Latin-1 and secrets plain ASCII, so their characters are their bytes. No digest is taken: this runs
 * for each request.
 */
export const secretCheck = (secret: string): SecretCheck => {
  const places = new Uint16Array(Math.max(longest, secret.length))
  for (let i = 0; i < secret.length; i++) places[i] = secret.charCodeAt(i)
  const { length } = secret
  return (given) => {
    let difference = given.length ^ length
    for (let i = 0; i < places.length; i++) {
      difference |= (i < given.length ? given.charCodeAt(i) : 0) ^ (places[i] ?? 0)
    }
    return difference === 0
  }
}
