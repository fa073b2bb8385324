import * as Param from "../../Param.ts"

export const probe = Param.toggle("probe", "Ask Zalo with each token")
