import * as Layer from "effect/Layer"
import { Examination } from "../cli/Examination.ts"
import { doctor } from "./doctor.ts"
import { status } from "./status.ts"

export const layer: Layer.Layer<Examination> = Layer.succeed(Examination, { doctor, status })
