import * as Param from "../../Param.ts"

export const probe = Param.toggle("probe", "Ask Zalo with each token")
export const details = Param.toggle("details", "Show what is known besides of each problem, and notes")
