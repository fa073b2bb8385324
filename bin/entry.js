// No syntax newer than ES2020 here: zalo-effect.js loads this before it knows which Node it runs on.
import { existsSync, readdirSync, readFileSync, statSync } from "fs"

/** What the built files are made of, besides `src`. */
const ingredients = ["package.json", "package-lock.json", "scripts/build.js"]

/**
 * Every file that a build reads, with size and time: two equal listings mean equal sources. About a millisecond, which is
 * why it is no hash of their content.
 *
 * @param {URL} root the package's folder, with a slash at the end
 */
export function fingerprint(root) {
  const lines = []
  const add = (path) => {
    const stat = statSync(new URL(path, root), { throwIfNoEntry: false })
    if (stat) lines.push(path + " " + stat.size + " " + stat.mtimeMs)
  }
  const walk = (folder) => {
    for (const entry of readdirSync(new URL(folder, root), { withFileTypes: true })) {
      if (entry.isDirectory()) walk(folder + entry.name + "/")
      else add(folder + entry.name)
    }
  }
  ingredients.forEach(add)
  walk("src/")
  return lines.sort().join("\n") + "\n"
}

/**
 * The built program when this is an installed package, or when it was built from the very sources that stand beside it;
 * else the sources, which Node runs as they are.
 *
 * @param {URL} root the package's folder, with a slash at the end
 * @returns {URL}
 */
export function entry(root) {
  const built = new URL("dist/main.js", root)
  const source = new URL("src/main.ts", root)
  // Node strips no types below node_modules.
  if (/\/node_modules\//.test(root.pathname) || !existsSync(source)) return built
  const listing = new URL("dist/sources.txt", root)
  if (!existsSync(listing) || !existsSync(built)) return source
  return readFileSync(listing, "utf8") === fingerprint(root) ? built : source
}
