import type * as Result from "effect/Result"
import type { KeyPath } from "../path.ts"

/** What is wrong inside one value, from that value on. */
export interface Issue {
  readonly at: KeyPath
  readonly message: string
  readonly remedy: string
}

/** A JSON Schema fragment. */
export type JsonFragment = Readonly<Record<string, unknown>>

/** What may stand behind a key. */
export interface Kind<out A> {
  readonly decode: (value: unknown) => Result.Result<A, ReadonlyArray<Issue>>
  /** Built when asked for: only `config schema` needs it. */
  readonly json: () => JsonFragment
  /** Never shown. */
  readonly secret?: boolean
}

export interface KeyNotes {
  readonly description: string
  /** The default as people read it in the table of settings. */
  readonly fallback?: string
  /** `none`: taken from the reference's form and without meaning here. */
  readonly effect?: "none"
}

/** One key: its name, its kind and what is said about it. Reading, errors, the JSON Schema and the table come from this. */
export interface Key<out A> extends Kind<A>, KeyNotes {
  readonly node: "key"
  readonly name: string
}

/** An object with known keys. */
export interface Group {
  readonly node: "group"
  readonly name: string
  readonly description: string
  readonly members: ReadonlyArray<Member>
  /** Keys of the reference's own that mean nothing here: they warn instead of failing. */
  readonly foreign: ReadonlySet<string>
  readonly required: ReadonlyArray<string>
}

/** An object whose keys are names that the operator gives. */
export interface Named {
  readonly node: "named"
  readonly name: string
  readonly description: string
  readonly of: Group
}

/** An object whose `type` says which keys it has. */
export interface Variants {
  readonly node: "variants"
  readonly name: string
  readonly description: string
  readonly cases: Readonly<Record<string, Group>>
}

export type Member = Key<unknown> | Group | Named | Variants

export const key = <A>(name: string, kind: Kind<A>, notes: KeyNotes): Key<A> => ({
  node: "key",
  name,
  ...kind,
  ...notes
})

export const group = (
  name: string,
  description: string,
  members: ReadonlyArray<Member>,
  more: { readonly foreign?: Iterable<string>; readonly required?: ReadonlyArray<string> } = {}
): Group => ({
  node: "group",
  name,
  description,
  members,
  foreign: new Set(more.foreign),
  required: more.required ?? []
})
