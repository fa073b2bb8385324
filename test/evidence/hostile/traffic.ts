import type { Bench } from "../../bench/Bench.ts"
import { median, percentile } from "../../bench/figures.ts"
import { freshIds, type Target } from "../../bench/updates.ts"

/** What real people saw while something went on. */
export interface Traffic {
  readonly sent: number
  readonly replies: number
  readonly refused: number
  /** Medians of slices of some seconds, and the worst slice's. */
  readonly p50: number
  readonly p99: number
  readonly worst: number
}

const perSecond = 50
export const realChats = 50

/** Who they are: the ids of `update`. */
export const realIds = Array.from({ length: realChats }, (_, n) => `ae800e9657c5be${n.toString(16).padStart(6, "0")}`)

/** Lets real people write at a steady pace for as long as this takes. */
export const during = async <A>(
  world: Bench["world"],
  target: Target,
  seconds: number,
  work: Promise<A>
): Promise<readonly [A, Traffic]> => {
  const state = { over: false }
  const slice = () =>
    world.ask("steady", { target, perSecond, seconds, chats: realChats, firstId: freshIds(perSecond * seconds) })
  const ended = work.finally(() => (state.over = true))
  const slices: Array<Awaited<ReturnType<typeof slice>>> = []
  do {
    slices.push(await slice())
  } while (!state.over)
  const result = await ended
  const sum = (of: (slice: (typeof slices)[number]) => number) => slices.reduce((total, slice) => total + of(slice), 0)
  return [
    result,
    {
      sent: sum((one) => one.sent),
      replies: sum((one) => one.replies),
      refused: sum((one) => one.refused),
      p50: median(slices.map((one) => one.p50)),
      p99: median(slices.map((one) => one.p99)),
      worst: percentile(
        slices.map((one) => one.max),
        1
      )
    }
  ]
}
