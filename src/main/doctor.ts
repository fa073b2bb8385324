import * as Effect from "effect/Effect"
import type { DoctorOptions } from "../cli/Operations.ts"
import { examine } from "../gateway/doctor/examine.ts"
import type { Finding } from "../gateway/doctor/Finding.ts"
import { layerPlatform } from "../node/gateway.ts"
import { gather } from "./examination/gather.ts"
import * as logging from "./logging.ts"

/** `doctor`: everything that can be found wrong from here, the worst first. */
export const doctor = ({ config, offline }: DoctorOptions): Effect.Effect<ReadonlyArray<Finding>> =>
  gather({ config, probe: !offline, thorough: true }).pipe(
    Effect.map(({ facts }) => examine(facts)),
    Effect.scoped,
    Effect.provide([layerPlatform, logging.layer])
  )
