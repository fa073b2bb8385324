// npm run bench [-- --quick] [-- --json FILE] [-- --only ROW,ROW]: one run, one table of ratios, both sides in turns.
import { writeFileSync } from "node:fs"
import { parseArgs } from "node:util"
import type { Bench } from "./Bench.ts"
import { bench, removeBench } from "./gateway.ts"
import type { LoadCommands } from "./load.ts"
import { describeMachine, machineLine } from "./machine.ts"
import { start } from "./processes.ts"
import { type Row, table } from "./Row.ts"
import { acknowledge } from "./rows/acknowledge.ts"
import { chunker } from "./rows/chunker.ts"
import { growth, makeStores } from "./rows/growth.ts"
import { polling } from "./rows/polling.ts"
import { rendering } from "./rows/rendering.ts"
import { slowChat } from "./rows/slowChat.ts"
import { stalls } from "./rows/stalls.ts"
import { startTimes } from "./rows/startTimes.ts"
import { turns } from "./rows/turns.ts"
import type { WorldCommands } from "./world/main.ts"

const { values: flags } = parseArgs({
  options: { quick: { type: "boolean", default: false }, json: { type: "string" }, only: { type: "string" } }
})

const measurements: Record<string, (bench: Bench) => Promise<ReadonlyArray<Row>>> = {
  acknowledge,
  turns,
  slowChat,
  polling,
  startTimes,
  chunker,
  rendering,
  journal: async (given) => {
    const stores = await makeStores(given)
    return [...(await growth(given, stores)), ...(await stalls(given, stores))]
  }
}

const wanted = flags.only?.split(",") ?? Object.keys(measurements)
for (const name of wanted) {
  if (measurements[name] === undefined) throw new Error(`--only takes ${Object.keys(measurements).join(", ")}`)
}

const began = performance.now()
const machine = describeMachine(bench())
const world = await start<WorldCommands>("world/main.ts")
const load = await start<LoadCommands>("load.ts")
const given: Bench = {
  quick: flags.quick,
  rounds: flags.quick ? 2 : 5,
  world,
  load,
  say: (text) => void process.stderr.write(`${Math.round((performance.now() - began) / 1000)} s: ${text}\n`)
}

const rows: Array<Row> = []
const failures: Array<string> = []
try {
  for (const name of wanted) {
    try {
      rows.push(...((await measurements[name]?.(given)) ?? []))
    } catch (error) {
      // The others are still worth having.
      failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
} finally {
  await Promise.all([world.stop(), load.stop()])
  removeBench()
}

const command = ["npm run bench", ...(process.argv.length > 2 ? ["--", ...process.argv.slice(2)] : [])].join(" ")
const rounds = `medians of ${given.rounds} rounds (fewest and most), the sides of each round one after the other`
process.stdout.write(`${table(rows)}\n\n\`${command}\`: ${rounds}. ${machineLine(machine)}\n`)
for (const failure of failures) process.stderr.write(`could not be measured: ${failure}\n`)
if (flags.json !== undefined) {
  writeFileSync(flags.json, JSON.stringify({ command, machine, quick: flags.quick, rows, failures }, null, 2))
}
process.exitCode = failures.length > 0 ? 1 : 0
