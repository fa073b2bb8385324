// Writes the table of settings into README.md, out of the recipes that the program itself reads. A test compares the two.
import { readFileSync, writeFileSync } from "node:fs"
import { settingsTable } from "../src/gateway/config/table.ts"

const cell = (text: string): string => text.replaceAll("|", "\\|")

/** The table, in Markdown: keys that have an effect, each once. An account's agent is the one described at the top. */
export const settings = (): string => {
  const rows = settingsTable().filter(({ effect, key }) => effect === "full" && !key.startsWith("channels.zalo.agent."))
  return [
    "| Key | Default | Meaning |",
    "| --- | --- | --- |",
    ...rows.map(
      ({ key, fallback, description }) =>
        `| \`${key}\` | ${fallback === "" ? "" : `\`${cell(fallback)}\``} | ${cell(description)} |`
    )
  ].join("\n")
}

export const markers: readonly [string, string] = ["<!-- settings -->", "<!-- /settings -->"]

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const file = new URL("../README.md", import.meta.url)
  const text = readFileSync(file, "utf8")
  const [open, close] = markers
  const from = text.indexOf(open) + open.length
  const to = text.includes(close) ? text.indexOf(close) : from
  writeFileSync(file, `${text.slice(0, from)}\n\n${settings()}\n\n${to === from ? close : ""}${text.slice(to)}`)
}
