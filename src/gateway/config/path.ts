/** Where a value stands in the configuration. */
export type KeyPath = ReadonlyArray<string | number>

/** `channels.zalo.allowFrom[0]`: how people are told. */
export const keyText = (path: KeyPath): string =>
  path.reduce<string>(
    (text, part) => (typeof part === "number" ? `${text}[${part}]` : text === "" ? part : `${text}.${part}`),
    ""
  )
