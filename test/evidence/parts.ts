import type { Part } from "./Evidence.ts"
import { chaos } from "./parts/chaos.ts"
import { footprint } from "./parts/footprint.ts"
import { hostile } from "./parts/hostile.ts"
import { peers } from "./parts/peers.ts"
import { soak } from "./parts/soak.ts"
import { speed } from "./parts/speed.ts"
import { users } from "./parts/users.ts"

/** In the order of the page, which is that in which they run. */
export const parts: ReadonlyArray<Part> = [soak, chaos, hostile, users, peers, speed, footprint]
