import { command } from "../Command.ts"
import * as flags from "../commands/completion/flags.ts"

export const completion = command("completion", {
  summary: "print a script that completes commands in a shell",
  details:
    'For bash, eval "$(zalo-effect completion bash)" in ~/.bashrc; for zsh the same in ~/.zshrc, after compinit; for fish,\n' +
    "zalo-effect completion fish > ~/.config/fish/completions/zalo-effect.fish",
  operands: [flags.shell],
  flags: [flags.values],
  shape: '{"shell":"bash"|"zsh"|"fish","script":string}\nwith --values {"values":[string]}',
  examples: ["completion bash", "completion --values codes"],
  load: () => import("../commands/completion.ts")
})
