import * as Result from "effect/Result"
import type { KeyPath } from "./path.ts"
import type { Group, Key } from "./recipe/Key.ts"

/** An object of the configuration with the place of each key: after a merge they stand in different sections. */
export interface Scope {
  /** Where a key that is missing would be written. */
  readonly path: KeyPath
  readonly entries: ReadonlyMap<string, { readonly value: unknown; readonly path: KeyPath }>
}

export interface Found<A> {
  readonly value: A
  readonly path: KeyPath
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

export const scopeOf = (value: unknown, path: KeyPath): Scope => ({
  path,
  entries: new Map(
    isObject(value)
      ? Object.entries(value)
          .filter(([, inner]) => inner !== undefined)
          .map(([name, inner]) => [name, { value: inner, path: [...path, name] }])
      : []
  )
})

export const has = (scope: Scope, of: { readonly name: string }): boolean => scope.entries.has(of.name)

/** The key with its place; undefined when absent or wrong (what is wrong is told by `check`). */
export const find = <A>(scope: Scope, key: Key<A>): Found<A> | undefined => {
  const entry = scope.entries.get(key.name)
  if (entry === undefined) return undefined
  const decoded = key.decode(entry.value)
  return Result.isSuccess(decoded) ? { value: decoded.success, path: entry.path } : undefined
}

export const get = <A>(scope: Scope, key: Key<A>): A | undefined => find(scope, key)?.value

/** A section inside, empty when absent. */
export const inner = (scope: Scope, of: Pick<Group, "name">): Scope => {
  const entry = scope.entries.get(of.name)
  return entry === undefined ? scopeOf(undefined, [...scope.path, of.name]) : scopeOf(entry.value, entry.path)
}

/** Shallow: lists and objects replace, they do not merge (`reference-behaviour.md` §1.3). */
export const merge = (top: Scope, own: Scope, without: ReadonlyArray<string>): Scope => ({
  path: own.path,
  entries: new Map([...Array.from(top.entries).filter(([name]) => !without.includes(name)), ...own.entries])
})
