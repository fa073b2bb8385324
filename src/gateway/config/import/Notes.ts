import type * as Schema from "effect/Schema"
import { type Edit, set } from "../edit/apply.ts"

/** One thing that was found in the other program's file. */
export interface Note {
  /** Where it stands there. */
  readonly key: string
  /** Where it stands here; null for what has no place. */
  readonly to: string | null
  /** Why, for what was not simply taken. */
  readonly why: string | null
}

/** What an import makes of a file: each thing is in one of the three lists. */
export interface Translation {
  readonly edits: ReadonlyArray<Edit>
  readonly taken: ReadonlyArray<Note>
  readonly translated: ReadonlyArray<Note>
  readonly left: ReadonlyArray<Note>
}

/** Collects the above. One per import; never shared. */
export interface Notes {
  readonly take: (path: ReadonlyArray<string>, value: Schema.Json) => void
  readonly translate: (key: string, path: ReadonlyArray<string>, value: Schema.Json, why: string) => void
  /** Nothing is written, and yet it means something else here. */
  readonly tell: (key: string, why: string) => void
  readonly leave: (key: string, why: string) => void
  readonly edit: (edit: Edit) => void
  readonly done: () => Translation
}

export const makeNotes = (): Notes => {
  const edits: Array<Edit> = []
  const taken: Array<Note> = []
  const translated: Array<Note> = []
  const left: Array<Note> = []
  return {
    take: (path, value) => {
      edits.push(set(path, value))
      taken.push({ key: path.join("."), to: path.join("."), why: null })
    },
    translate: (key, path, value, why) => {
      edits.push(set(path, value))
      translated.push({ key, to: path.join("."), why })
    },
    tell: (key, why) => translated.push({ key, to: null, why }),
    leave: (key, why) => left.push({ key, to: null, why }),
    edit: (edit) => edits.push(edit),
    done: () => ({ edits, taken, translated, left })
  }
}
