import * as IpNetwork from "effect/net/IpNetwork"
import * as NetAddress from "effect/net/NetAddress"
import * as Result from "effect/Result"

/** What an address or a name is, that is not a public host of the internet. */
export type Special =
  | "unspecified"
  | "loopback"
  | "private"
  | "link-local"
  | "carrier-grade NAT"
  | "multicast"
  | "documentation"
  | "benchmarking"
  | "reserved"
  /** An IPv4 address in IPv6 clothes: where it ends up depends on the machine. */
  | "embedded IPv4"
  | "a local name"
  | "not an address"

/** Networks that the operator lets through although they are special (`media.allowRanges`). */
export type Ranges = ReadonlyArray<IpNetwork.IpNetwork>

const table = (rows: ReadonlyArray<readonly [cidr: string, what: Special]>) =>
  rows.map(([cidr, what]) => ({ network: IpNetwork.fromStringUnsafe(cidr), what }))

// IANA's special-purpose registries (RFC 6890 and its updates).
const ipv4 = table([
  ["0.0.0.0/8", "unspecified"],
  ["10.0.0.0/8", "private"],
  ["100.64.0.0/10", "carrier-grade NAT"],
  ["127.0.0.0/8", "loopback"],
  ["169.254.0.0/16", "link-local"],
  ["172.16.0.0/12", "private"],
  ["192.0.0.0/24", "reserved"],
  ["192.0.2.0/24", "documentation"],
  ["192.88.99.0/24", "reserved"],
  ["192.168.0.0/16", "private"],
  ["198.18.0.0/15", "benchmarking"],
  ["198.51.100.0/24", "documentation"],
  ["203.0.113.0/24", "documentation"],
  ["224.0.0.0/4", "multicast"],
  ["240.0.0.0/4", "reserved"]
])

const ipv6 = table([
  ["::/128", "unspecified"],
  ["::1/128", "loopback"],
  ["::/96", "embedded IPv4"],
  ["::ffff:0:0/96", "embedded IPv4"],
  ["::ffff:0:0:0/96", "embedded IPv4"],
  ["64:ff9b:1::/48", "embedded IPv4"],
  ["2001:db8::/32", "documentation"],
  ["2001::/32", "embedded IPv4"],
  ["2001::/23", "reserved"],
  ["2002::/16", "embedded IPv4"],
  ["3fff::/20", "documentation"],
  ["fc00::/7", "private"],
  ["fe80::/10", "link-local"],
  ["fec0::/10", "private"],
  ["ff00::/8", "multicast"]
])

const globalUnicast = IpNetwork.fromStringUnsafe("2000::/3")

/** What DNS64 makes of a name that has IPv4 addresses only (RFC 6052): the IPv4 address inside is where it leads. */
const nat64 = IpNetwork.fromStringUnsafe("64:ff9b::/96")

const lastOctets = (address: NetAddress.Ipv6Address): NetAddress.IpAddress =>
  NetAddress.ipv4FromBytesUnsafe(Uint8Array.from(NetAddress.ipv6ToOctets(address).slice(12)))

const specialIp = (address: NetAddress.IpAddress, allowed: Ranges): Special | undefined => {
  if (allowed.some((network) => IpNetwork.contains(network, address))) return undefined
  if (NetAddress.isIpv4Address(address)) return ipv4.find(({ network }) => IpNetwork.contains(network, address))?.what
  if (IpNetwork.contains(nat64, address)) return specialIp(lastOctets(address), allowed)
  const found = ipv6.find(({ network }) => IpNetwork.contains(network, address))
  if (found !== undefined) return found.what
  return IpNetwork.contains(globalUnicast, address) ? undefined : "reserved"
}

/** Why nothing may be fetched from an IP address, in its plain text form; undefined for a public one. */
export const specialAddress = (ip: string, allowed: Ranges = []): Special | undefined =>
  Result.match(NetAddress.ipFromString(ip), {
    onFailure: () => "not an address",
    onSuccess: (address) => specialIp(address, allowed)
  })

const localSuffixes =
  /(?:^|\.)(?:localhost|localdomain|local|internal|intranet|private|lan|home|corp|home\.arpa|in-addr\.arpa|ip6\.arpa)$/

/** What stands in a URL where the host is. */
export type Host =
  | { readonly _tag: "Ip"; readonly ip: string }
  /** Lower case, without the dot at its end. */
  | { readonly _tag: "Name"; readonly name: string }
  /** Only a network of one's own would know it. */
  | { readonly _tag: "Local" }

/**
 * Reads the host of an http(s) `URL`, which has brought every way of writing an IPv4 address (decimal, octal, hexadecimal,
 * short, full-width) into the one form.
 */
export const hostOf = (url: URL): Host => {
  const { hostname } = url
  if (hostname.startsWith("[")) return { _tag: "Ip", ip: hostname.slice(1, -1) }
  const name = hostname.toLowerCase().replace(/\.+$/, "")
  if (Result.isSuccess(NetAddress.ipv4FromString(name))) return { _tag: "Ip", ip: name }
  return !name.includes(".") || localSuffixes.test(name) ? { _tag: "Local" } : { _tag: "Name", name }
}

/** Whether a name is one of these, or lies under one of them. */
export const underSuffix = (name: string, suffixes: ReadonlyArray<string>): boolean =>
  suffixes.some((suffix) => {
    const bare = suffix.toLowerCase().replace(/^\*?\.+|\.+$/g, "")
    return bare !== "" && (name === bare || name.endsWith(`.${bare}`))
  })

/** Reads addresses and networks; what is neither is left out: the configuration has checked them. */
export const rangesOf = (texts: ReadonlyArray<string>): Ranges =>
  texts.flatMap((text) => {
    const range = rangeFromString(text)
    return range === undefined ? [] : [range]
  })

/** `198.18.0.0/15` or a single address. */
export const rangeFromString = (text: string): IpNetwork.IpNetwork | undefined => {
  const written = text.trim()
  const read = written.includes("/")
    ? IpNetwork.fromString(written)
    : Result.flatMap(NetAddress.ipFromString(written), (ip) => IpNetwork.fromAddress(ip, NetAddress.width(ip)))
  return Result.getOrUndefined(read)
}
