import { assert, it } from "@effect/vitest"
import { withoutArtifacts } from "../../src/render/artifacts.ts"
import { chunkStyled } from "../../src/render/chunkStyled.ts"
import { markdown } from "../../src/render/markdown.ts"

/** Texts on which careless readers take time by the square of the length, or more. */
const hostile: Readonly<Record<string, (length: number) => string>> = {
  "open brackets": fill("["),
  "open pictures": fill("!["),
  "brackets in brackets": (length) => fill("[")(length / 2) + fill("]")(length / 2),
  "links that do not end": fill("[a](b"),
  "links in links": fill("[[[a](b)]]"),
  "emphasis in emphasis": fill("*a **a "),
  "emphasis that touches": fill("a**b"),
  underscores: fill("_a __b"),
  strikes: fill("~~a ~"),
  "backticks of every length": (length) =>
    Array.from({ length: Math.sqrt(2 * length) }, (_, n) => "`".repeat(n + 1)).join(" "),
  "single backticks": fill("`a "),
  "quotes in quotes": fill("> "),
  "lazy lines of a deep quote": (length) => `${">".repeat(60)} a\n${fill("b\n")(length)}`,
  "lists in lists": fill("- "),
  "lists that grow inward": (length) =>
    Array.from({ length: Math.sqrt(length) }, (_, n) => `${" ".repeat(n * 2)}- a\n`).join(""),
  "one long list": fill("- a\n"),
  "open tags": fill("<a "),
  "open comments": fill("<!--"),
  "bold that nobody closes": fill("<b>a"),
  "colours that nobody closes": fill("{red}a"),
  "colours across each other": fill("{red}a{green}b{/red}c{/green}"),
  "one long table": (length) => `|a|b|\n|-|-|\n${fill("|x|y|\n")(length)}`,
  "many tables": fill("|a|b|\n|-|-|\n|x|y|\n\n"),
  "one wide table": (length) => `${fill("|a")(length / 2)}\n${fill("|-")(length / 2)}\n|x`,
  definitions: fill("[a]: b\n"),
  entities: fill("&a"),
  "thinking that never ends": fill("a <think> "),
  "ends of thinking": fill("</think>\n"),
  fences: fill("```\n"),
  "Vietnamese, decomposed": fill("tiếng **Việt** ".normalize("NFD")),
  families: fill("👨‍👩‍👧‍👦**a**"),
  "marks without end": (length) => `**e**${fill("\u0301")(length)}`,
  "right to left": fill("مرحبا **بالعالم** "),
  "an answer": fill("Xin **chào** các [bạn](https://x.test), `mã`.\n\n- một\n- _hai_\n\n")
}

function fill(piece: string) {
  return (length: number) => piece.repeat(Math.ceil(length / piece.length))
}

/** Milliseconds of this process alone, the least of a few: what else goes on only ever adds. */
const spent = (text: string, rounds: number): number => {
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage()
    const styled = markdown(withoutArtifacts(text))
    chunkStyled(styled, 2000)
    least = Math.min(least, process.cpuUsage(before).user / 1000)
  }
  return least
}

it.each(Object.keys(hostile))("%s take time in proportion to their length", { timeout: 60_000 }, (name) => {
  const text = hostile[name] ?? fill("")
  spent(text(5_000), 1)
  // By the square it would be 100 times as much; what is over in a moment says nothing.
  assert.isBelow(spent(text(100_000), 2), 40 * Math.max(20, spent(text(10_000), 3)))
})
