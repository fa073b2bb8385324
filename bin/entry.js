"use strict"
const { existsSync, readdirSync, readFileSync, statSync } = require("fs")
const { join, sep } = require("path")

/** What the built files are made of, besides `src`. */
const ingredients = ["package.json", "package-lock.json", "scripts/build.js"]

/**
 * Every file that a build reads, with size and time: two equal listings mean equal sources. About a millisecond, which is
 * why it is no hash of their content.
 *
 * @param {string} root the package's folder
 * @returns {string}
 */
function fingerprint(root) {
  const lines = []
  const add = (path) => {
    const stat = statSync(join(root, path), { throwIfNoEntry: false })
    if (stat) lines.push(path + " " + stat.size + " " + stat.mtimeMs)
  }
  const walk = (folder) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      if (entry.isDirectory()) walk(folder + "/" + entry.name)
      else add(folder + "/" + entry.name)
    }
  }
  ingredients.forEach(add)
  walk("src")
  return lines.sort().join("\n") + "\n"
}

/**
 * The built program when this is an installed package, or when it was built from the very sources that stand beside it;
 * else the sources, which Node runs as they are.
 *
 * @param {string} root the package's folder
 * @param {ReadonlyArray<string>} args the command line: the pairing commands have a smaller file of their own
 * @returns {string} the file that has `main`
 */
function entry(root, args) {
  const built = join(root, "dist", args[0] === "pairing" ? "pairing.cjs" : "main.cjs")
  const source = join(root, "src", "main.ts")
  // Node strips no types below node_modules.
  if (root.split(sep).includes("node_modules") || !existsSync(source)) return built
  const listing = join(root, "dist", "sources.txt")
  if (!existsSync(listing) || !existsSync(built)) return source
  return readFileSync(listing, "utf8") === fingerprint(root) ? built : source
}

exports.fingerprint = fingerprint
exports.entry = entry
