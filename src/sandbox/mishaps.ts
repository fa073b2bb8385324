import type { Fault } from "./settings.ts"
import type { FaultState, World } from "./world.ts"

const matches = (fault: Fault, method: string, chat: unknown): boolean =>
  (fault.method === undefined || fault.method === method) && (fault.chat === undefined || fault.chat === chat)

const fires = (world: World, state: FaultState): boolean => {
  const { after, chance, times } = state.fault
  if (state.passed < (after ?? 0)) {
    state.passed += 1
    return false
  }
  if (times !== undefined && state.fired >= times) return false
  if (chance !== undefined && world.generator.chance() >= chance) return false
  state.fired += 1
  return true
}

/** What goes wrong with this call: delays add up, and the first fault of another kind decides. */
export interface Mishap {
  /** Milliseconds before the call is taken. */
  readonly before: number
  /** Milliseconds between the effect and the answer. */
  readonly after: number
  readonly fault: Fault | undefined
}

const none: Mishap = { before: 0, after: 0, fault: undefined }

export const drawMishap = (world: World, method: string, chat: unknown): Mishap => {
  if (world.faults.length === 0) return none
  let before = 0
  let after = 0
  for (const state of world.faults) {
    const { fault } = state
    if (!matches(fault, method, chat) || !fires(world, state)) continue
    if (fault.kind !== "delay") return { before, after, fault }
    if (fault.taken === true) after += fault.ms ?? 1000
    else before += fault.ms ?? 1000
  }
  return { before, after, fault: undefined }
}
