import * as Stream from "effect/Stream"
import type { AgentBridge } from "./AgentBridge.ts"

/** No reply, ever: for accounts that only receive. */
export const none: AgentBridge["Service"] = { reply: () => Stream.empty }
