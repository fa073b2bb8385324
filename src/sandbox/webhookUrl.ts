import { badRequest, empty, type Json } from "./wire.ts"

const privateHost = (host: string): boolean =>
  host === "localhost" ||
  host.endsWith(".localhost") ||
  /^127\.|^10\.|^192\.168\.|^169\.254\.|^172\.(1[6-9]|2\d|3[01])\.|^0\./.test(host) ||
  /^\[(::1?|f[cd][0-9a-f]{2}:.*|fe[89ab][0-9a-f]:.*|::ffff:.*)\]$/i.test(host)

/** What setWebhook says no to (`zalo-bot-api.md` §5.3). */
export const webhookProblem = (url: string, secret: string): Json | undefined => {
  if (url === "") return empty("url")
  if (!URL.canParse(url) || !/^https:\/\//i.test(url)) return badRequest("The url must start with https://")
  if (privateHost(new URL(url).hostname)) return badRequest("The url must be public")
  if (secret === "") return empty("secret_token")
  if (secret.length < 8 || secret.length > 256) {
    return badRequest("The secret_token must be between 8 and 256 characters")
  }
  return undefined
}
