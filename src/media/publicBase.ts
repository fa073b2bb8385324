import type { AccountSettings } from "../domain/Account.ts"

/**
 * Where Zalo reaches this gateway, without a trailing slash: `media.publicUrl`, else the origin of `webhookUrl` and the path
 * that is served here (`design.md` §6.3). Undefined while neither is known.
 */
export const publicBase = ({ media, transport }: Pick<AccountSettings, "media" | "transport">): string | undefined => {
  if (media.publicUrl !== undefined) return media.publicUrl
  return transport._tag === "Webhook" ? `${new URL(transport.url).origin}${transport.path}` : undefined
}

/** The paths under which hosted files are asked for: `""`, or with a leading slash and no trailing one. */
export const hostingPaths = (
  accounts: ReadonlyArray<Pick<AccountSettings, "media" | "transport">>
): ReadonlyArray<string> => {
  const paths = accounts.flatMap((account) => {
    const base = publicBase(account)
    return base === undefined ? [] : [new URL(base).pathname.replace(/\/+$/, "")]
  })
  return Array.from(new Set(paths))
}
