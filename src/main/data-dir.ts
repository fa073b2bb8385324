import { isAbsolute, join, resolve } from "node:path"

/**
 * Where the store is: the rule of `gateway/config/locate.ts` once more, because the pairing commands have to start fast and
 * do without all that stands behind the configuration. A test holds the two together.
 */
export const dataDir = (env: Readonly<Record<string, string | undefined>>): string | undefined => {
  const { HOME: home, XDG_DATA_HOME: data, ZALO_EFFECT_DATA_DIR: named } = env
  if (named !== undefined && named !== "") return resolve(named)
  if (data !== undefined && isAbsolute(data)) return join(data, "zalo-effect")
  return home === undefined || home === "" ? undefined : join(home, ".local/share", "zalo-effect")
}
