import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as fs from "node:fs"
import { EmulatedZalo, type People } from "../sandbox/Zalo.ts"

const PeopleFile = Schema.fromJsonString(
  Schema.Struct({
    users: Schema.Array(Schema.Struct({ id: Schema.String, name: Schema.String })),
    groups: Schema.Array(
      Schema.Struct({ id: Schema.String, name: Schema.String, members: Schema.Array(Schema.String) })
    )
  })
)
const decode = Schema.decodeUnknownOption(PeopleFile)
const encode = Schema.encodeSync(PeopleFile)

/** The people of an earlier sandbox: the journal may still owe them an answer. Nobody where the file cannot be read. */
export const readPeople = (file: string): Effect.Effect<People> =>
  Effect.try({ try: () => fs.readFileSync(file, "utf8"), catch: () => "unreadable" as const }).pipe(
    Effect.flatMap((text) => Effect.fromOption(decode(text))),
    Effect.orElseSucceed((): People => ({ users: [], groups: [] }))
  )

/** Writes the people down now and whenever somebody comes. */
export const keepPeople = Effect.fnUntraced(function* (file: string) {
  const zalo = yield* EmulatedZalo
  const write = Effect.gen(function* () {
    const now = yield* zalo.snapshot()
    if (now === undefined) return
    yield* Effect.try({
      try: () => {
        fs.writeFileSync(`${file}.new`, encode({ users: now.users, groups: now.groups }), { mode: 0o600 })
        fs.renameSync(`${file}.new`, file)
      },
      catch: (cause) => (cause instanceof Error ? cause.message : String(cause))
    }).pipe(Effect.catch((detail) => Effect.logWarning(`the sandbox's people could not be kept: ${detail}`)))
  })
  yield* write
  yield* Stream.runForEach(
    Stream.filter(zalo.events, (event) => event.type === "user" || event.type === "group"),
    () => write
  )
})
