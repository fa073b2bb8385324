import type * as Redacted from "effect/Redacted"

export interface TokenTry {
  readonly token: Redacted.Redacted
  readonly proxy: Redacted.Redacted | undefined
}

/** What Zalo says to a token. */
export type TokenAnswer =
  | { readonly _tag: "Works"; readonly id: string; readonly name: string }
  | { readonly _tag: "Refused" }
  /** It could not be asked, or did not answer as it should. */
  | { readonly _tag: "NoAnswer"; readonly why: string }
