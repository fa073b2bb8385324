import type * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type * as Result from "effect/Result"
import type { ReplyPart } from "../../domain/Reply.ts"
import type { AgentError } from "../AgentError.ts"

type Parts = ReadonlyArray<ReplyPart>

/** A process that takes turns. */
export interface Process {
  readonly stdin: Queue.Queue<string, Cause.Done>
  /** Done when it is taken for hung. */
  readonly hung: Deferred.Deferred<void>
  /** How often anything came from it. */
  heard: number
}

/** A turn that was handed to a process. */
export interface Asked {
  readonly process: Process
  readonly answer: Deferred.Deferred<Parts, AgentError>
  /** What had come from the process by then. */
  readonly heardBefore: number
}

/** The process of the moment, and the turns that it has not answered. */
export class InFlight {
  #next = Deferred.makeUnsafe<Process, AgentError>()
  #process: Process | undefined
  readonly #asked = new Map<string, Asked>()

  /** The living process, or the next one; fails if that cannot be started. */
  readonly process: Effect.Effect<Process, AgentError> = Effect.suspend(() => Deferred.await(this.#next))

  started(process: Process): void {
    this.#process = process
    Deferred.doneUnsafe(this.#next, Effect.succeed(process))
  }

  /** The process is gone, or did not come: so are its answers. */
  lost(error: AgentError): void {
    if (this.#process === undefined) Deferred.doneUnsafe(this.#next, Effect.fail(error))
    this.#process = undefined
    this.#next = Deferred.makeUnsafe()
    for (const { answer } of this.#asked.values()) Deferred.doneUnsafe(answer, Effect.fail(error))
    this.#asked.clear()
  }

  /** Hands a turn over; undefined if that process has gone meanwhile. */
  ask(process: Process, turnId: string, line: string): Asked | undefined {
    if (process !== this.#process || !Queue.offerUnsafe(process.stdin, line)) return undefined
    const asked: Asked = { process, answer: Deferred.makeUnsafe(), heardBefore: process.heard }
    this.#asked.set(turnId, asked)
    return asked
  }

  /** False: nobody waits for it. */
  answer(turnId: string, result: Result.Result<Parts, AgentError>): boolean {
    const asked = this.#asked.get(turnId)
    if (asked === undefined) return false
    this.#asked.delete(turnId)
    Deferred.doneUnsafe(asked.answer, Effect.fromResult(result))
    return true
  }

  forget(turnId: string, asked: Asked): void {
    if (this.#asked.get(turnId) === asked) this.#asked.delete(turnId)
  }

  /** A turn ran out of time. If nothing at all has come since it was handed over, its process hangs. */
  outOfTime({ heardBefore, process }: Asked): void {
    if (process.heard === heardBefore) Deferred.doneUnsafe(process.hung, Effect.void)
  }
}
