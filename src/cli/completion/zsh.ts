import { quoted, type Spot, takers, type Values } from "./model.ts"

const reply = (values: Values): string => {
  switch (values._tag) {
    case "Words":
      return `compadd -- ${values.words.map(quoted).join(" ")}`
    case "Files":
      return "_files"
    case "Lookup":
      return `compadd -- \${(f)"$($program completion --values ${values.what} 2>/dev/null)"}`
    case "Any":
      return ":"
  }
}

/** As \`_describe\` wants it: the word, a colon, what it does. */
const described = (name: string, summary: string): string => quoted(`${name.replaceAll(":", "\\:")}:${summary}`)

const place = ({ flags, operand, path, words: below }: Spot): string => {
  const valued = flags.flatMap(({ names, values }) =>
    values === undefined ? [] : [`        ${names.join("|")}) ${reply(values)}; return ;;`]
  )
  const list = (entries: ReadonlyArray<string>) => `      told=(${entries.join(" ")}); _describe zalo-effect told`
  return [
    `    ${quoted(path)})`,
    ...(valued.length === 0 ? [] : ['      case "$prev" in', ...valued, "      esac"]),
    '      if [[ "$cur" == -* ]]; then',
    list(flags.map(({ names, summary }) => described(names[0] ?? "", summary))),
    ...(below.length > 0
      ? ["      else", list(below.map(({ name, summary }) => described(name, summary)))]
      : operand === undefined
        ? []
        : ["      else", `      ${reply(operand)}`]),
    "      fi ;;"
  ].join("\n")
}

export const zsh = (all: ReadonlyArray<Spot>): string => `#compdef zalo-effect
# zalo-effect: completion for zsh.
# To use it: eval "$(zalo-effect completion zsh)", in ~/.zshrc after compinit; or as _zalo-effect in a folder of $fpath.
_zalo_effect() {
  local program="$words[1]" cur="$words[CURRENT]" prev="$words[CURRENT-1]" at="" next word
  local -i i
  local -a told
  for ((i = 2; i < CURRENT; i++)); do
    word="$words[i]"
    case "$word" in
      ${takers(all).join("|")}) ((i++)) ;;
      -*) ;;
      *)
        next="$at\${at:+ }$word"
        case "$next" in
          ${all
            .filter(({ path }) => path !== "")
            .map(({ path }) => quoted(path))
            .join("|")}) at="$next" ;;
        esac ;;
    esac
  done
  case "$at" in
${all.map(place).join("\n")}
  esac
}
if [[ "$funcstack[1]" == "_zalo-effect" ]]; then _zalo_effect "$@"
else compdef _zalo_effect zalo-effect
fi
`
