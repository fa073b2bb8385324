// npm run evidence [-- --size small|page] [--only PART,PART] [--store URL] [--runners N] [--out FOLDER] [--render]
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { bench, removeBench } from "../bench/gateway.ts"
import { describeMachine } from "../bench/machine.ts"
import { here } from "../bench/processes.ts"
import { now } from "../bench/updates.ts"
import type { Given, Part, Result } from "./Evidence.ts"
import { parts } from "./parts.ts"
import { keepResult, writePage } from "./results.ts"

const { values: flags } = parseArgs({
  options: {
    size: { type: "string", default: "small" },
    only: { type: "string" },
    store: { type: "string" },
    runners: { type: "string", default: "3" },
    kills: { type: "string" },
    bodies: { type: "string" },
    soak: { type: "string" },
    seed: { type: "string", default: "20261125" },
    out: { type: "string" },
    render: { type: "boolean", default: false }
  }
})

const fail = (problem: string): never => {
  process.stderr.write(`${problem}\n`)
  process.exit(2)
}

const size = flags.size === "small" || flags.size === "page" ? flags.size : fail("--size is small or page")
const wanted = flags.only?.split(",") ?? parts.map((part) => part.name)
const unknown = wanted.find((name) => !parts.some((part) => part.name === name))
if (unknown !== undefined) fail(`there is no part ${unknown}: ${parts.map((part) => part.name).join(", ")}`)

const whole = (flag: string, value: string | undefined): number | undefined => {
  if (value === undefined) return undefined
  const number = Number(value)
  return Number.isSafeInteger(number) && number > 0 ? number : fail(`--${flag} is a whole number above 0`)
}

/** A small run is for looking: the page in `docs` stays the page. */
const folder = flags.out ?? (size === "page" || flags.render ? here("../../docs") : here("../../.tmp/evidence"))

const began = performance.now()
const given: Given = {
  size,
  storeUrl: flags.store ?? process.env["ZALO_EFFECT_TEST_STORE_URL"],
  runners: whole("runners", flags.runners) ?? 3,
  kills: whole("kills", flags.kills),
  bodies: whole("bodies", flags.bodies),
  soakSeconds: whole("soak", flags.soak),
  seed: whole("seed", flags.seed) ?? 1,
  say: (text) => void process.stderr.write(`${Math.round((performance.now() - began) / 1000)} s: ${text}\n`)
}

/** Of what is measured or measured with, as installed. */
const versions = (): Record<string, string> => {
  const names = [
    "effect",
    "@effect/platform-node",
    "@effect/sql-pg",
    "grammy",
    "@grammyjs/runner",
    "telegraf",
    "@openclaw/crabline"
  ]
  return Object.fromEntries(
    names.map((name) => {
      const { version }: { version: string } = JSON.parse(
        readFileSync(join(here("../../node_modules"), name, "package.json"), "utf8")
      )
      return [name, version]
    })
  )
}

const failures: Array<string> = []

const runPart = async (part: Part): Promise<void> => {
  given.say(`${part.name} begins`)
  const machine = describeMachine(bench())
  const since = performance.now()
  const at = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "medium", timeZone: "UTC" })
    .format(now())
    .replace(" ", "T")
  try {
    const found = await part.run(given)
    const seconds = (performance.now() - since) / 1000
    // A store's URL may hold a password: it is named, not told.
    const args = process.argv.slice(2).map((arg, n, all) => (all[n - 1] === "--store" ? "URL" : arg))
    const command = ["npm run evidence", ...(args.length > 0 ? ["--", ...args] : [])].join(" ")
    const result: Result = {
      name: part.name,
      command,
      size,
      at: `${at}Z`,
      seconds,
      seed: given.seed,
      machine,
      versions: versions(),
      ...found
    }
    keepResult(folder, result)
  } catch (error) {
    failures.push(`${part.name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    given.say(`${part.name} failed`)
  }
}

if (!flags.render) {
  const chosen = parts.filter((part) => wanted.includes(part.name))
  const aside = chosen.filter((part) => part.beside === true).map(runPart)
  try {
    for (const part of chosen) if (part.beside !== true) await runPart(part)
    await Promise.all(aside)
  } finally {
    removeBench()
  }
}
process.stdout.write(`${writePage(folder, parts)}\n`)
for (const failure of failures) process.stderr.write(`could not be measured: ${failure}\n`)
process.exitCode = failures.length > 0 ? 1 : 0
