import { isAbsolute, relative } from "node:path"

/** As short as it can be typed from the folder where the program was started. */
const typed = (path: string): string => {
  const short = relative(process.cwd(), path)
  return short === "" || short.startsWith("..") || isAbsolute(short) ? path : short
}

const quoted = (word: string): string =>
  /^[A-Za-z0-9_./:=@%+,~-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`

/** How to call this program again so that it finds the store in `directory`, wherever it is typed. */
export const commandPrefix = (directory: string): string => {
  const program = process.argv[1] ?? "zalo-effect"
  const call = program.includes("node_modules") ? ["npx", "zalo-effect"] : [typed(process.execPath), typed(program)]
  // The store of this machine's gateway may be elsewhere: this one is in the folder.
  const here = process.env["ZALO_EFFECT_STORE_URL"] === undefined ? [] : ["ZALO_EFFECT_STORE_URL="]
  return [`ZALO_EFFECT_DATA_DIR=${quoted(directory)}`, ...here, ...call.map(quoted)].join(" ")
}
