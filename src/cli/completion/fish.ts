import { quoted, type Spot, takers, type Values } from "./model.ts"

/** fish knows no `'\\''`: in its single quotes a backslash escapes a quote and itself. */
const word = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`

const argument = (values: Values): string => {
  switch (values._tag) {
    case "Words":
      return `-x -a ${word(values.words.join(" "))}`
    case "Files":
      return "-r -F"
    case "Lookup":
      return `-x -a "(zalo-effect completion --values ${values.what} 2>/dev/null)"`
    case "Any":
      return "-x"
  }
}

const place = ({ flags, operand, path, words }: Spot): ReadonlyArray<string> => {
  const at = `complete -c zalo-effect -n "__zalo_effect_at ${word(path)}"`
  return [
    ...words.map(({ name, summary }) => `${at} -f -a ${word(name)} -d ${word(summary)}`),
    ...flags.map(({ names, summary, values }) => {
      const options = names.map((name) => (name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`))
      return `${at} ${options.join(" ")} ${values === undefined ? "-f" : argument(values)} -d ${word(summary)}`
    }),
    ...(operand === undefined
      ? []
      : [
          `${at} ${argument(operand)
            .replace(/^-x|^-r/, "-f")
            .replace(/^-f -F/, "-F")}`
        ])
  ]
}

export const fish = (all: ReadonlyArray<Spot>): string => `# zalo-effect: completion for fish.
# To use it: zalo-effect completion fish > ~/.config/fish/completions/zalo-effect.fish
function __zalo_effect_at
  set -l at ""
  set -l skip 0
  for word in (commandline -opc)[2..-1]
    if test $skip = 1
      set skip 0
      continue
    end
    switch $word
      case ${takers(all).map(quoted).join(" ")}
        set skip 1
      case '-*'
        continue
      case '*'
        set -l next (string trim "$at $word")
        if contains -- $next ${all
          .filter(({ path }) => path !== "")
          .map(({ path }) => word(path))
          .join(" ")}
          set at $next
        end
    end
  end
  test "$at" = "$argv[1]"
end
complete -c zalo-effect -f
${all.flatMap(place).join("\n")}
`
