import * as IpNetwork from "effect/net/IpNetwork"
import * as NetAddress from "effect/net/NetAddress"
import * as Result from "effect/Result"

const network = (text: string): Result.Result<IpNetwork.IpNetwork, string> => {
  const read = text.includes("/") ? IpNetwork.fromString(text) : address(text)
  return Result.mapError(
    read,
    () => `trustedProxies: "${text}" is neither an IP address nor a network such as 10.0.0.0/8`
  )
}

const address = (text: string) =>
  Result.flatMap(NetAddress.ipFromString(text), (ip) => IpNetwork.fromAddress(ip, NetAddress.width(ip)))

/** Reads a list of addresses and networks. The failure is a sentence that names the first wrong one. */
export const trustedNetworks = (
  texts: ReadonlyArray<string>
): Result.Result<ReadonlyArray<IpNetwork.IpNetwork>, string> => Result.all(texts.map((text) => network(text.trim())))
