import { quoted, type Spot, takers, type Values } from "./model.ts"

const words = (list: ReadonlyArray<string>) => quoted(list.join(" "))

const reply = (values: Values): string => {
  switch (values._tag) {
    case "Words":
      return `COMPREPLY=($(compgen -W ${words(values.words)} -- "$cur"))`
    case "Files":
      return `COMPREPLY=($(compgen -f -- "$cur"))`
    case "Lookup":
      return `COMPREPLY=($(compgen -W "$("$program" completion --values ${values.what} 2>/dev/null)" -- "$cur"))`
    case "Any":
      return ":"
  }
}

const place = ({ flags, operand, path, words: below }: Spot): string => {
  const valued = flags.flatMap(({ names, values }) =>
    values === undefined ? [] : [`        ${names.join("|")}) ${reply(values)}; return ;;`]
  )
  const names = flags.map((flag) => flag.names[0] ?? "")
  const lines = [
    `    ${quoted(path)})`,
    ...(valued.length === 0 ? [] : ['      case "$prev" in', ...valued, "      esac"]),
    `      if [[ "$cur" == -* ]]; then COMPREPLY=($(compgen -W ${words(names)} -- "$cur"))`,
    ...(below.length > 0
      ? [`      else COMPREPLY=($(compgen -W ${words(below.map(({ name }) => name))} -- "$cur"))`]
      : operand === undefined
        ? []
        : [`      else ${reply(operand)}`]),
    "      fi ;;"
  ]
  return lines.join("\n")
}

/** For bash 3.2 and newer. */
export const bash = (all: ReadonlyArray<Spot>): string => `# zalo-effect: completion for bash.
# To use it: eval "$(zalo-effect completion bash)", in ~/.bashrc.
_zalo_effect() {
  local program="$1" cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" at="" i word
  COMPREPLY=()
  # bash takes --flag=value apart.
  if [[ "$cur" == "=" ]]; then cur=""
  elif [[ "$prev" == "=" ]]; then prev="\${COMP_WORDS[COMP_CWORD-2]}"
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    case "$word" in
      ${takers(all).join("|")}) ((i++)); if [[ "\${COMP_WORDS[i]}" == "=" ]]; then ((i++)); fi ;;
      -*) ;;
      *)
        case "$at\${at:+ }$word" in
          ${all
            .filter(({ path }) => path !== "")
            .map(({ path }) => quoted(path))
            .join("|")}) at="$at\${at:+ }$word" ;;
        esac ;;
    esac
  done
  case "$at" in
${all.map(place).join("\n")}
  esac
}
complete -o default -F _zalo_effect zalo-effect
`
