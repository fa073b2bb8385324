import * as Context from "effect/Context"

/** Where files are kept, and which host is trusted although it may be this machine. */
export class MediaPlace extends Context.Service<
  MediaPlace,
  {
    /** `<data dir>/media`. */
    readonly folder: string
    /** Host and port of an overridden `ZALO_API_URL`. */
    readonly trusted: string | undefined
  }
>()("zalo-effect/media/MediaPlace") {}

/** Which hosts are asked at all: a sandbox, from which nothing leaves this machine, asks the trusted one alone. */
export const MediaReach = Context.Reference<"anywhere" | "trusted">("zalo-effect/media/MediaReach", {
  defaultValue: () => "anywhere"
})
