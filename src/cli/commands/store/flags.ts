import * as Param from "../../Param.ts"

const form = /^(?:sqlite:.+|postgres(?:ql)?:\/\/\S+)$/s

/** Where a store is, on the command line. */
const problem = (value: string): string | undefined =>
  form.test(value) ? undefined : "a store is written sqlite:FILE or postgres://USER:PASSWORD@HOST:PORT/DATABASE"

export const from = Param.text("from", "STORE", "The store to copy: sqlite:FILE or postgres://…", { problem })
export const to = Param.text("to", "STORE", "Another store than the configured one: sqlite:FILE or postgres://…", {
  problem
})
