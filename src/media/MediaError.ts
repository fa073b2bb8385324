import * as Schema from "effect/Schema"

/**
 * Why a file could not be had or shown. `detail` is a sentence for the log and for operators; it names hosts, never a whole
 * address.
 *
 * - `no-address`: there is none, or it is no http(s) address
 * - `refused-host`: it leads, or may lead, into a private network
 * - `not-asked`: nothing leaves this machine (`MediaReach`)
 * - `unresolved`: its name is not known here
 * - `unreachable`, `timeout`, `status`, `redirects`: its server
 * - `too-large`: over `mediaMaxMb`
 * - `wrong-type`: neither picture nor audio, or not the one that was asked for
 * - `unreadable`: a local file or a data URI that cannot be read
 * - `not-hosted`: no public address to host it at is known
 * - `store`: the data directory or the journal
 */
export class MediaError extends Schema.TaggedError<MediaError>()("MediaError", {
  reason: Schema.Literals([
    "no-address",
    "refused-host",
    "not-asked",
    "unresolved",
    "unreachable",
    "timeout",
    "status",
    "redirects",
    "too-large",
    "wrong-type",
    "unreadable",
    "not-hosted",
    "store"
  ]),
  detail: Schema.String,
  /** Whether the next try may end differently. */
  again: Schema.Boolean
}) {
  override get message(): string {
    return this.detail
  }
}

/** Said once and for all, unless `again`. */
export const mediaError = (reason: MediaError["reason"], detail: string, again = false): MediaError =>
  new MediaError({ reason, detail, again })

export const tooLarge = (maxBytes: number): MediaError =>
  mediaError("too-large", `it is larger than ${Math.floor((maxBytes / 1_048_576) * 100) / 100} MiB (mediaMaxMb)`)
