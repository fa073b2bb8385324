import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { hostOf, type Ranges, specialAddress, underSuffix } from "./address.ts"
import { type MediaError, mediaError } from "./MediaError.ts"
import { MediaReach } from "./MediaPlace.ts"
import { Resolver } from "./Resolver.ts"

/** Where Zalo keeps what people send (`zalo-bot-api.md` §6.2). */
const zaloHosts = [".zdn.vn", ".zadn.vn"]

/** What is let through, and how requests leave. */
export interface GuardOptions {
  /** Host and port (`hostAndPort`) of a Bot API that the operator put in Zalo's place: the one exception. */
  readonly trusted: string | undefined
  readonly allowRanges: Ranges
  /** Hosts, beside Zalo's own, that a proxy may be asked for by name when names cannot be resolved here. */
  readonly allowHosts: ReadonlyArray<string>
  readonly proxied: boolean
}

/** `name:port`, the port always there. */
export const hostAndPort = (url: URL): string =>
  `${url.hostname}:${url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port}`

/** An http(s) address, without user and password. */
export const httpUrl = (written: string): Result.Result<URL, MediaError> => {
  const url = URL.canParse(written.trim()) ? new URL(written.trim()) : undefined
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:") || url.hostname === "") {
    return Result.fail(mediaError("no-address", "it has no http(s) address"))
  }
  url.username = ""
  url.password = ""
  return Result.succeed(url)
}

const refused = (url: URL, what: string) =>
  mediaError("refused-host", `the host ${url.hostname} is refused: ${what}. See media.allowRanges`)

/** What is wrong with an address without asking anybody. */
export const literalProblem = (url: URL, options: Pick<GuardOptions, "trusted" | "allowRanges">) => {
  if (hostAndPort(url) === options.trusted) return undefined
  const host = hostOf(url)
  if (host._tag === "Local") return refused(url, "a local name")
  const special = host._tag === "Ip" ? specialAddress(host.ip, options.allowRanges) : undefined
  return special === undefined ? undefined : refused(url, special)
}

/** The checked way to a URL: IP addresses, any of which may be connected to; none where the name itself has to do. */
export const wayTo = Effect.fnUntraced(function* (
  url: URL,
  options: GuardOptions
): Effect.fn.Return<ReadonlyArray<string>, MediaError, Resolver> {
  const problem = literalProblem(url, options)
  if (problem !== undefined) return yield* problem
  const host = hostOf(url)
  if (hostAndPort(url) === options.trusted || host._tag === "Local") return []
  if ((yield* MediaReach) === "trusted") {
    return yield* mediaError("not-asked", `the host ${url.hostname} is not asked: nothing leaves this machine`)
  }
  if (host._tag === "Ip") return [host.ip]
  const resolver = yield* Resolver
  const found = yield* Effect.result(resolver.resolve(host.name))
  if (Result.isFailure(found)) {
    // The proxy resolves it then, and nobody here sees to what: only for names whose owners are known.
    if (options.proxied && underSuffix(host.name, [...zaloHosts, ...options.allowHosts])) return []
    const { reason } = found.failure
    const hint = options.proxied ? "; list the host in media.allowHosts to let the proxy resolve it" : ""
    return yield* mediaError("unresolved", `the host ${host.name} is not known here${hint}`, reason === "unavailable")
  }
  // One bad address among good ones is enough: the next answer may name that one alone.
  for (const address of found.success) {
    const special = specialAddress(address, options.allowRanges)
    if (special !== undefined) return yield* refused(url, `it leads to ${address} (${special})`)
  }
  return found.success
})
