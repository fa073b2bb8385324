import * as Context from "effect/Context"

/** This process, as the owner of what it is sending: another one's claims are recognised by it. */
export class Instance extends Context.Service<Instance, string>()("zalo-effect/pipeline/Instance") {}
