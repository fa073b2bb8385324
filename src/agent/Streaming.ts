import * as Context from "effect/Context"

/** Whether parts of an answer are sent as they come. Whoever runs the turn says so; an agent that can gives paragraphs then. */
export const Streaming = Context.Reference<boolean>("zalo-effect/agent/Streaming", { defaultValue: () => false })
