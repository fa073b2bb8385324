import * as Param from "../../Param.ts"

export const to = Param.text(
  "to",
  "all|FILE",
  "Everybody who wrote first, or the chats of a file (as for --targets); all",
  {
    problem: (value) => (value.trim() === "" ? "all, or a file" : undefined)
  }
)
export const name = Param.text("name", "NAME", "Names it; a broadcast of that name goes on, it never begins twice", {
  problem: (value) =>
    /^(?:[bs]?\d+|\s*)$/i.test(value) || value.length > 100
      ? "a name is up to 100 characters and no number, so that it is not taken for an id"
      : undefined
})
export const yes = Param.toggle("yes", "Really send it", { short: "y" })
export const wait = Param.toggle("wait", "Wait for the end, also while a gateway does the work")
export const failed = Param.toggle("failed", "Only those who did not get it")

export const ref = Param.operand("ID", "The broadcast: b12, or its name")

export const limit = Param.limit("Rows, at most")

const afterText = Param.text("after", "N", "Only recipients after this one: N of the last that was listed", {
  problem: (text) => (/^\d{1,15}$/.test(text) ? undefined : "write the number of a recipient (N), such as 100")
})
/** The number of a recipient. */
export const after: Param.Flag<number> = { ...afterText, read: (args) => Number(afterText.read(args) ?? 0) }
