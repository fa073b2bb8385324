import { assert, describe, it } from "vitest"
import { hostOf, rangeFromString, rangesOf, specialAddress, underSuffix } from "../../src/media/address.ts"
import { corpus } from "./corpus.ts"

/** What a URL comes to: `public`, or why it is not. Names count as public: they are still to be resolved. */
const judged = (written: string): string => {
  const host = hostOf(new URL(written))
  if (host._tag === "Ip") return specialAddress(host.ip) ?? "public"
  return host._tag === "Local" ? "local name" : "public"
}

describe.each(Object.entries(corpus))("%s", (expected, urls) => {
  it.each(urls)("%s", (url) => {
    assert.strictEqual(judged(url), expected)
  })
})

it("an address that DNS64 made is judged by the IPv4 address in it", () => {
  assert.strictEqual(specialAddress("64:ff9b::7f00:1"), "loopback")
  assert.strictEqual(specialAddress("64:ff9b::a00:1"), "private")
  assert.isUndefined(specialAddress("64:ff9b::808:808"))
})

it("what is no address is none", () => {
  for (const text of ["", "1.2.3", "fe80::1%eth0", "127.0.0.1 ", "a.b"]) {
    assert.strictEqual(specialAddress(text), "not an address", text)
  }
})

it("a range that the operator opened is let through, and nothing beside it", () => {
  const ranges = rangesOf(["198.18.0.0/15", "fd00:1::/32", "10.1.2.3"])
  for (const ip of ["198.18.0.7", "198.19.1.1", "fd00:1::9", "10.1.2.3", "64:ff9b::c612:7"]) {
    assert.isUndefined(specialAddress(ip, ranges), ip)
  }
  for (const ip of ["10.1.2.4", "fd00:2::9", "127.0.0.1", "::ffff:198.18.0.7"]) {
    assert.isDefined(specialAddress(ip, ranges), ip)
  }
  for (const text of ["10.0.0.0/33", "10.0.0.1/8", "::1/200", "name", ""])
    assert.isUndefined(rangeFromString(text), text)
})

it("a suffix covers the name itself and what lies under it, at whole labels", () => {
  const suffixes = [".zdn.vn", "*.Pictures.Example", "cdn.example."]
  for (const name of ["zdn.vn", "f19-zpc.zdn.vn", "a.b.pictures.example", "cdn.example"]) {
    assert.isTrue(underSuffix(name, suffixes), name)
  }
  for (const name of ["evilzdn.vn", "zdn.vn.evil.example", "vn"]) assert.isFalse(underSuffix(name, suffixes), name)
  assert.isFalse(underSuffix("any.example", ["", ".", "*"]))
})
