import type { Environment } from "./environment.ts"
import type { Report } from "./report.ts"

/** Where Zalo answers (`zalo-bot-api.md` §2). */
export const zaloApiUrl = "https://bot-api.zaloplatforms.com"

/** The base of the Bot API without a trailing slash: Zalo's, or what `ZALO_API_URL` says (`reference-behaviour.md` §1.2). */
export const apiUrl = (environment: Environment, report: Report): string => {
  const written = environment.apiUrl
  if (written === undefined) return zaloApiUrl
  const url = URL.canParse(written.trim()) ? new URL(written.trim()) : undefined
  const good =
    url !== undefined &&
    (url.protocol === "http:" || url.protocol === "https:") &&
    url.username === "" &&
    url.password === "" &&
    !/[?#]/.test(written)
  if (good) return url.href.replace(/\/+$/, "")
  report.outside(
    "ZALO_API_URL",
    "ZALO_API_URL must be an http:// or https:// address without user, query or fragment",
    "Correct it, or unset it to talk to Zalo"
  )
  return zaloApiUrl
}
