import * as Param from "../../Param.ts"
import { dryRun } from "../setup/flags.ts"

export const from = Param.operand("FILE", "OpenClaw's configuration, such as ~/.openclaw/openclaw.json")
export { dryRun }
