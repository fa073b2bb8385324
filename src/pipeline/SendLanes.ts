import * as Context from "effect/Context"
import type { LaneSet } from "./Lanes.ts"

/** The lanes of the outbox: whoever appended to it wakes one. */
export class SendLanes extends Context.Service<SendLanes, LaneSet>()("zalo-effect/pipeline/SendLanes") {}
