import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AccountState } from "../../journal/AccountState.ts"
import { Chats } from "../../journal/chats/Chats.ts"
import type { Outcome } from "../Command.ts"
import { bash } from "../completion/bash.ts"
import { fish } from "../completion/fish.ts"
import { spots } from "../completion/model.ts"
import { zsh } from "../completion/zsh.ts"
import { atDesk } from "../desk.ts"
import { UsageError } from "../errors.ts"
import type { Args } from "../Param.ts"
import { Platform } from "../Platform.ts"
import { tree } from "../tree.ts"
import * as flags from "./completion/flags.ts"

const scripts = { bash, zsh, fish }

/** A list for completion needs no more, and a shell waits for it. */
const most = 200

const inStore = Effect.fnUntraced(function* (what: string) {
  const { store } = yield* Platform
  const rooms = Layer.merge(AccountState.layerSql, Chats.layerSql).pipe(Layer.provide(store))
  switch (what) {
    case "accounts":
      return yield* Effect.provide(
        AccountState.use((state) => state.accounts),
        rooms
      )
    case "chats": {
      const chats = yield* Effect.provide(
        Chats.use((all) => all.list({ limit: most })),
        rooms
      )
      return chats.map(({ chat }) => chat)
    }
    case "codes":
      return (yield* atDesk((desk) => desk.list())).map(({ code }) => code)
    default: {
      const people = yield* atDesk((desk) => Effect.all([desk.grants(), desk.blocks(), desk.list()]))
      return people.flatMap((list) => list.map(({ senderId }) => senderId)).slice(0, most)
    }
  }
})

/** `completion`: a script made of the tree; and, for these scripts, words of the store. What cannot be looked up completes nothing. */
export const run = Effect.fn("cli.completion")(function* (args: Args) {
  const what = flags.values.read(args)
  if (what !== undefined) {
    const found = yield* inStore(what).pipe(Effect.catch(() => Effect.succeed([])))
    const values = [...new Set<string>(found)]
    return { json: { values }, human: values.join("\n") } satisfies Outcome
  }
  const given = flags.shell.read(args)
  const shell = flags.shells.find((known) => known === given)
  if (shell === undefined) {
    return yield* new UsageError({
      problem:
        given === "" ? "SHELL is missing: zalo-effect completion SHELL" : `there is no completion for "${given}"`,
      hint: "Give bash, zsh or fish"
    })
  }
  const script = scripts[shell](spots(tree))
  return { json: { shell, script }, human: script } satisfies Outcome
})
