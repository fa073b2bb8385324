"use strict"
// No syntax newer than ES2020 here: an old Node has to read this file to say that it is too old.

/**
 * The line for a Node that is too old, or undefined.
 *
 * @param {string} running such as `20.11.0`, with or without a `v`
 * @param {string} engines such as `>=22.19`, as in package.json
 * @returns {string | undefined}
 */
exports.tooOld = function tooOld(running, engines) {
  const have = numbers(running)
  const need = numbers(engines)
  for (let i = 0; i < 3; i++) {
    if (have[i] > need[i]) return undefined
    if (have[i] < need[i])
      return "zalo-effect needs Node " + need.slice(0, 2).join(".") + " or newer; this is Node " + have.join(".") + "."
  }
  return undefined
}

function numbers(version) {
  const found = version.replace(/^[^0-9]*/, "").split(/[.-]/)
  return [0, 1, 2].map((i) => parseInt(found[i], 10) || 0)
}
