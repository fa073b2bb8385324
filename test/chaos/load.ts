import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type { Zalo } from "../e2e/harness.ts"
import type { Chance } from "./chance.ts"
import type { Said } from "./model.ts"

/** With this `textChunkLimit` each line of a message below is a chunk of its own: two of them do not fit. */
export const chunkLimit = 60

/** Who the people write to. */
export interface Bot {
  readonly account: string
  readonly id: string
}

const lineOf = (name: string, n: number, part: number, slow: boolean): string =>
  `${name} ${n}.${part}${slow ? " slow" : ""}`.padEnd(chunkLimit - 20, ".")

/** Keeps writing numbered messages, in several chats of each bot, until it is interrupted. `said` grows meanwhile. */
export const writeOn = Effect.fnUntraced(function* (options: {
  readonly zalo: Zalo
  readonly bots: ReadonlyArray<Bot>
  readonly chats: number
  readonly chance: Chance
  /** Between two messages, ms, at most. */
  readonly gap: number
}) {
  const { bots, chance, chats, gap, zalo } = options
  const said: Array<Said> = []
  const people = yield* Effect.forEach(
    bots.flatMap((bot) => Array.from({ length: chats }, (_, n) => ({ bot, name: `${bot.account}-${n}` }))),
    ({ bot, name }) => Effect.map(zalo.addUser(name), (user) => ({ bot, name, user }))
  )
  let n = 0
  const write = Effect.gen(function* () {
    const person = people[chance.between(0, people.length - 1)]
    if (person === undefined) return
    n += 1
    const number = n
    const slow = chance.next() < 0.2
    const parts = chance.next() < 0.3 ? chance.between(2, 4) : 1
    const lines = Array.from({ length: parts }, (_, part) => lineOf(person.name, number, part, slow && part === 0))
    const message = { kind: "text", text: lines.join("\n") } as const
    // Kept as said in the same step as it is said: no interruption falls between.
    yield* Effect.uninterruptible(
      Effect.map(zalo.inject({ bot: person.bot.id, chat: person.user.id, message }), (id) => {
        said.push({ account: person.bot.account, chat: person.user.id, id, chunks: lines })
      })
    )
    yield* Effect.sleep(chance.between(1, gap))
  })
  const fiber = yield* Effect.forkScoped(Effect.forever(write))
  return {
    said,
    people: people.map(({ bot, user }) => ({ account: bot.account, chat: user.id })),
    end: Effect.asVoid(Fiber.interrupt(fiber))
  }
})
