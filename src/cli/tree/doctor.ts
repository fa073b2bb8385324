import { command } from "../Command.ts"
import * as flags from "../commands/doctorFlags.ts"

/** One problem, in `channels status` and `doctor`. */
export const findingShape =
  '{"code":string,"severity":"error"|"warning"|"note","account":string|null,"message":string,"remedy":string,"details":[string]}'

export const doctor = command("doctor", {
  summary: "find what is wrong, and say what to do about it",
  details:
    "Looks at the configuration, the machine, the store, the running gateway, Zalo and the agents, and changes nothing.\nExit 1 when something is an error.",
  flags: [flags.offline, flags.details],
  shape: `{"ok":boolean,"findings":[${findingShape}]}`,
  examples: ["doctor", "doctor --offline --json"],
  load: () => import("../commands/doctor.ts")
})
