import { lookups } from "../../completion/model.ts"
import * as Param from "../../Param.ts"

export const shells = ["bash", "zsh", "fish"] as const

export const shell = Param.operand("SHELL", "bash, zsh or fish", { optional: true })

export const values = Param.text("values", "KIND", `Print words of the store instead: ${lookups.join(", ")}`, {
  problem: (text) => (lookups.some((known) => known === text) ? undefined : `one of ${lookups.join(", ")}`)
})
