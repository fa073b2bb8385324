import type { ChildProcess } from "node:child_process"

/** Questions that a process of the bench answers: name, input, output. */
export type Commands = Record<string, { readonly input: unknown; readonly output: unknown }>

type Handlers<C extends Commands> = { readonly [K in keyof C]: (input: C[K]["input"]) => Promise<C[K]["output"]> }

/** Answers its parent's questions. */
export const answer = <C extends Commands>(handlers: Handlers<C>): void => {
  // Nobody is left to ask.
  process.on("disconnect", () => process.exit())
  process.on("message", (text) => {
    const { id, name, input }: { id: number; name: keyof C; input: never } = JSON.parse(String(text))
    handlers[name](input).then(
      (output) => process.send?.(JSON.stringify({ id, output })),
      (error: unknown) => process.send?.(JSON.stringify({ id, error: String(error) }))
    )
  })
}

/** Tells the parent that it may begin. */
export const ready = (port: number): void => void process.send?.(JSON.stringify({ id: 0, output: port }))

export type Ask<C extends Commands> = <K extends keyof C>(name: K, input: C[K]["input"]) => Promise<C[K]["output"]>

/** Asks a forked child. The first answer, numbered 0, is its port. */
export const asker = <C extends Commands>(child: ChildProcess) => {
  const waiting = new Map<number, { resolve: (output: never) => void; reject: (error: Error) => void }>()
  let last = 0
  child.on("message", (text) => {
    const { id, output, error }: { id: number; output: never; error?: string } = JSON.parse(String(text))
    const entry = waiting.get(id)
    waiting.delete(id)
    if (error === undefined) entry?.resolve(output)
    else entry?.reject(new Error(error))
  })
  child.on("exit", (code) => {
    for (const entry of waiting.values()) entry.reject(new Error(`the process ended with ${code}`))
  })
  const port = new Promise<number>((resolve, reject) => waiting.set(0, { resolve, reject }))
  const ask: Ask<C> = (name, input) =>
    new Promise((resolve, reject) => {
      const id = ++last
      waiting.set(id, { resolve, reject })
      child.send(JSON.stringify({ id, name, input }))
    })
  return { port, ask }
}
