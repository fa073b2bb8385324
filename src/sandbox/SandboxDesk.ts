import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"

/** The gateway's side of the chat page said no. */
export class DeskError extends Schema.TaggedError<DeskError>()("DeskError", {
  /**
   * - `no-gateway`: only the emulator runs here
   * - `unknown`, `expired`: that code cannot be used (any more)
   * - `failed`: see `detail`
   */
  reason: Schema.Literals(["no-gateway", "unknown", "expired", "failed"]),
  /** One sentence for the person who looks at the page. */
  detail: Schema.String
}) {
  override get message(): string {
    return this.detail
  }
}

/** A sender who waits to be approved. */
export const PendingSender = Schema.Struct({
  account: Schema.String,
  senderId: Schema.String,
  displayName: Schema.String,
  code: Schema.String,
  createdAt: Schema.DateTimeUtcFromString,
  expiresAt: Schema.DateTimeUtcFromString
})
export type PendingSender = typeof PendingSender.Type

export const TransportMode = Schema.Literals(["polling", "webhook"])
export type TransportMode = typeof TransportMode.Type

/** How the gateway gets its updates now. */
export const TransportState = Schema.Struct({
  mode: TransportMode,
  ready: Schema.Boolean,
  /** What to tell when it is not ready; may be `""`. */
  detail: Schema.String
})
export type TransportState = typeof TransportState.Type

/**
 * What the chat page asks of the gateway beside it. The sandbox knows no gateway: whoever runs both implements this.
 */
export class SandboxDesk extends Context.Service<
  SandboxDesk,
  {
    /** Those whose code is still good. */
    readonly pending: Effect.Effect<ReadonlyArray<PendingSender>, DeskError>
    approve(code: string): Effect.Effect<void, DeskError>
    decline(code: string): Effect.Effect<void, DeskError>
    readonly transport: Effect.Effect<TransportState, DeskError>
    /** Gives the state after the switch, which may not be ready yet. */
    setTransport(mode: TransportMode): Effect.Effect<TransportState, DeskError>
  }
>()("zalo-effect/sandbox/SandboxDesk") {
  /** For an emulator without a gateway: the page's questions are answered with 409. */
  static readonly layerNone: Layer.Layer<SandboxDesk> = Layer.sync(SandboxDesk, () => {
    const none = Effect.fail(new DeskError({ reason: "no-gateway", detail: "No gateway runs beside this emulator." }))
    return { pending: none, approve: () => none, decline: () => none, transport: none, setTransport: () => none }
  })
}
