import * as Param from "../Param.ts"

export const offline = Param.toggle("offline", "Ask nobody outside this machine: no test of tokens and webhooks")
export const details = Param.toggle("details", "Show what is known besides of each problem")
