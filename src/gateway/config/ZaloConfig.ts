import * as Context from "effect/Context"
import type { Settings } from "./Settings.ts"

/** The decoded, merged configuration. */
export class ZaloConfig extends Context.Service<ZaloConfig, Settings>()("zalo-effect/gateway/ZaloConfig") {}
