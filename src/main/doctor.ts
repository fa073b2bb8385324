import * as Effect from "effect/Effect"
import type { DoctorOptions } from "../cli/Operations.ts"
import { examine } from "../gateway/doctor/examine.ts"
import type { Finding } from "../gateway/doctor/Finding.ts"
import { gather } from "./examination/gather.ts"
import * as files from "./files.ts"
import * as stderrLog from "./stderrLog.ts"

/** `doctor`: everything that can be found wrong from here, the worst first. */
export const doctor = ({ config, offline }: DoctorOptions): Effect.Effect<ReadonlyArray<Finding>> =>
  gather({ config, probe: !offline, thorough: true }).pipe(
    Effect.map(({ facts }) => examine(facts)),
    Effect.scoped,
    Effect.provide([files.layer, stderrLog.layer])
  )
