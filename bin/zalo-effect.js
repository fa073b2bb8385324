#!/usr/bin/env node
"use strict"
// CommonJS, because loading three small modules the other way takes 8 ms. No syntax newer than ES2020 and no `node:` names:
// an old Node has to get as far as the version check.
const { readFileSync, writeSync } = require("fs")
const { dirname, join } = require("path")
const { tooOld } = require("./node-version.js")

const root = dirname(__dirname)
const { version, engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
const complaint = tooOld(process.versions.node, engines.node)
const args = process.argv.slice(2)

if (complaint !== undefined) {
  writeSync(2, complaint + "\n")
  process.exitCode = 1
} else if (args.length === 1 && (args[0] === "--version" || args[0] === "-v")) {
  // `process.stdout` would take a tenth of this call's time to load.
  writeSync(1, version + "\n")
} else {
  silenceSqliteNotice()
  require("module").enableCompileCache()
  const { built } = require("./entry.js")
  const start = (name) => {
    const program = built(root, name)
    if (program !== undefined) require(program).main(args, version)
    else import(require("url").pathToFileURL(join(root, "src", "main.ts")).href).then(({ main }) => main(args, version))
  }
  const front = built(root, "front")
  const name = front === undefined ? "main" : require(front).front(args, version)
  if (name !== undefined) start(name)
}

/** Node 22 says once per process that `node:sqlite` is experimental; nobody who runs a bot can act on it. */
function silenceSqliteNotice() {
  const emit = process.emitWarning
  process.emitWarning = function (warning, ...rest) {
    const type = typeof rest[0] === "object" && rest[0] !== null ? rest[0].type : rest[0]
    if (type === "ExperimentalWarning" && String(warning).startsWith("SQLite is an experimental feature")) return
    emit.call(process, warning, ...rest)
  }
}
