import * as Result from "effect/Result"
import { rangeFromString } from "../../../media/address.ts"
import { duration } from "./duration.ts"
import { group, type Kind, key } from "./Key.ts"
import { list } from "./kinds.ts"
import { httpUrl } from "./url.ts"

export const ttl = key("ttl", duration(), { description: "How long what people sent is kept.", fallback: "24h" })

export const hostTtl = key("hostTtl", duration(), {
  description: "How long Zalo and its users can fetch a hosted file, counted from its sending.",
  fallback: "1h"
})

export const allowHosts = key(
  "allowHosts",
  list(/^\.?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/, "host names", 'For example ["pictures.example.com", ".example.com"]'),
  {
    description:
      "Hosts, beside Zalo's own, that a proxy may be asked for by name where names cannot be resolved here; .example.com covers what lies under it.",
    fallback: "[]"
  }
)

const networks = list(/\S/, "IP addresses or networks", 'For example ["198.18.0.0/15"]')

const ranges: Kind<ReadonlyArray<string>> = {
  ...networks,
  decode: (value) =>
    Result.flatMap(networks.decode(value), (texts) => {
      const wrong = texts.findIndex((text) => rangeFromString(text) === undefined)
      if (wrong < 0) return Result.succeed(texts.map((text) => text.trim()))
      return Result.fail([
        {
          at: [wrong],
          message: "must be an IP address or a network whose host bits are zero",
          remedy: 'For example "198.18.0.0/15"'
        }
      ])
    })
}

export const allowRanges = key("allowRanges", ranges, {
  description:
    "Private or special networks that media may be fetched from all the same, such as 198.18.0.0/15 behind a fake-IP resolver.",
  fallback: "[]"
})

export const publicUrl = key("publicUrl", httpUrl, {
  description:
    "The public address under which Zalo reaches this gateway's <path>/media/…, for local files of a bot that polls.",
  fallback: "the origin of webhookUrl, and webhookPath"
})

export const media = group("media", "How pictures and voices are fetched and hosted.", [
  ttl,
  hostTtl,
  allowHosts,
  allowRanges,
  publicUrl
])
