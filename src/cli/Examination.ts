import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { AccountStatus } from "../gateway/AccountStatus.ts"
import type { ConfigError } from "../gateway/config/problems.ts"
import type { Finding } from "../gateway/doctor/Finding.ts"
import type { RunnerReport } from "../gateway/runners.ts"
import type { CommandFailed } from "./errors.ts"
import type { ConfigChoice } from "./Operations.ts"

export interface StatusOptions {
  readonly config: ConfigChoice
  /** Ask Zalo with each token. */
  readonly probe: boolean
}

/** One account in `channels status`, and what Zalo said of its token if it was asked. */
export interface ProbedStatus extends AccountStatus {
  readonly probe?: {
    readonly ok: boolean
    readonly bot: string | null
    readonly elapsedMs: number
    readonly error?: string
  }
}

export interface StatusReport {
  readonly accounts: ReadonlyArray<ProbedStatus>
  /** What is about no single account. */
  readonly problems: ReadonlyArray<Finding>
  /** The runners of a cluster; none where there is no cluster. */
  readonly runners: ReadonlyArray<RunnerReport>
}

export interface DoctorOptions {
  readonly config: ConfigChoice
  /** Ask nobody outside this machine. */
  readonly offline: boolean
}

/** Looks at everything and changes nothing. */
export class Examination extends Context.Service<
  Examination,
  {
    status(options: StatusOptions): Effect.Effect<StatusReport, CommandFailed | ConfigError>
    doctor(options: DoctorOptions): Effect.Effect<ReadonlyArray<Finding>>
  }
>()("zalo-effect/cli/Examination") {}
