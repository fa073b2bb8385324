"use strict"
const { existsSync, readdirSync, readFileSync, statSync } = require("fs")
const { join, sep } = require("path")

/** What every built file is made of, besides sources. */
const ingredients = ["package.json", "package-lock.json", "scripts/build.js", "scripts/programs.js"]

/** A file by size and time: two equal lines mean an equal file. A hash of its content would take as long as to run it. */
function line(root, path) {
  const stat = statSync(root + "/" + path, { throwIfNoEntry: false })
  return stat ? path + " " + stat.size + " " + stat.mtimeMs : path + " - -"
}

/**
 * Every file below `src`.
 *
 * @param {string} root the package's folder
 * @returns {string[]} paths from the root
 */
function sources(root) {
  const found = []
  const walk = (folder) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      if (entry.isDirectory()) walk(folder + "/" + entry.name)
      else found.push(folder + "/" + entry.name)
    }
  }
  walk("src")
  return found
}

/**
 * What a program was built of, to be kept beside it.
 *
 * @param {string} root the package's folder
 * @param {string[]} files its sources
 * @returns {string}
 */
function fingerprint(root, files) {
  return [...ingredients, ...files].map((path) => line(root, path)).join("\n") + "\n"
}

/** Whether everything that a program was built of is as it was. */
function isFresh(root, listing) {
  return listing
    .split("\n")
    .every(
      (known) =>
        known === "" || known === line(root, known.slice(0, known.lastIndexOf(" ", known.lastIndexOf(" ") - 1)))
    )
}

/**
 * A built program, when this is an installed package, or when it was built from the very sources that stand beside it;
 * undefined where only the sources can be run, which Node does as they are.
 *
 * @param {string} root the package's folder
 * @param {string} name `front`, `main`, or a group of commands
 * @returns {string | undefined} the file that has `main`
 */
function built(root, name) {
  const file = join(root, "dist", name + ".cjs")
  // Node strips no types below node_modules.
  if (root.split(sep).includes("node_modules") || !existsSync(join(root, "src", "main.ts"))) return file
  const listing = join(root, "dist", name + ".sources")
  if (!existsSync(file) || !existsSync(listing)) return undefined
  return isFresh(root, readFileSync(listing, "utf8")) ? file : undefined
}

exports.sources = sources
exports.fingerprint = fingerprint
exports.built = built
