// A second process at the same store: an operator who blocks and unblocks people without a pause, through the pairing desk.
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Pairing } from "../../src/access/Pairing.ts"
import { AccountId } from "../../src/domain/ids.ts"
import { layerStore, migrations } from "../../src/gateway/layers.ts"
import { layerSqlite } from "../../src/node/store.ts"
import { answer, ready } from "./rpc.ts"

export type WriterCommands = {
  /** Writes so often a second, until it has done it for so long. Each decision is a transaction of its own. */
  readonly write: {
    readonly input: { readonly perSecond: number; readonly seconds: number }
    readonly output: { readonly written: number; readonly failed: number }
  }
}

const [filename = ""] = process.argv.slice(2)

const write = Effect.fnUntraced(function* (perSecond: number, seconds: number) {
  const desk = yield* Pairing
  let written = 0
  let failed = 0
  for (let n = 0; n < perSecond * seconds; n++) {
    const sender = `nguoi-la-${Math.floor(n / 2) % 40}`
    const decision = n % 2 === 0 ? desk.block(sender, { account: AccountId.make("default") }) : desk.unblock(sender)
    if (yield* Effect.isSuccess(decision)) written++
    else failed++
    yield* Effect.sleep(1000 / perSecond)
  }
  return { written, failed }
})

const store = layerStore.pipe(Layer.provide(layerSqlite({ filename, migrations, migrate: false })))

answer<WriterCommands>({
  write: ({ perSecond, seconds }) =>
    Effect.runPromise(write(perSecond, seconds).pipe(Effect.provide(store), Effect.scoped))
})
ready(0)
