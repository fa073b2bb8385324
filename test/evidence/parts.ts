import type { Part } from "./Evidence.ts"
import { hostile } from "./parts/hostile.ts"

/** In the order of the page, which is that in which they run. */
export const parts: ReadonlyArray<Part> = [hostile]
