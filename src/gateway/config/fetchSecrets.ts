import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Meant, Provider } from "./providers.ts"
import { isObject } from "./scope.ts"
import { SecretFiles } from "./SecretFiles.ts"
import type { Resolved } from "./secrets.ts"

type Fetched = ReadonlyMap<string, Resolved>

const missing = (key: string, what: string, remedy: string): Resolved => ({
  _tag: "Unavailable",
  message: `is to come from ${key}, ${what}`,
  remedy
})

const given = (key: string, secret: unknown, id: string): Resolved => {
  const trimmed = typeof secret === "string" ? secret.trim() : ""
  return trimmed === ""
    ? missing(key, `which has no text for "${id}"`, `Put the secret there as a text, or correct the id`)
    : { _tag: "Available", value: Redacted.make(trimmed, { label: "secret" }), from: key }
}

const all = (ids: ReadonlyArray<string>, answer: (id: string) => Resolved): Fetched =>
  new Map(ids.map((id) => [id, answer(id)]))

const Json = Schema.fromJsonString(Schema.Unknown)
const decodeJson = Schema.decodeUnknownResult(Json)

/** RFC 6901. Lists have their places as names. */
const atPointer = (document: unknown, pointer: string): unknown =>
  pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce<unknown>((inner, name) => {
      if (Array.isArray(inner)) return /^(?:0|[1-9]\d*)$/.test(name) ? inner[Number(name)] : undefined
      return isObject(inner) && Object.hasOwn(inner, name) ? inner[name] : undefined
    }, document)

const fromFile = Effect.fnUntraced(function* (
  { limits, mode, path }: Extract<Provider, { readonly _tag: "File" }>,
  key: string,
  ids: ReadonlyArray<string>
): Effect.fn.Return<Fetched, never, SecretFiles> {
  const content = yield* Effect.result(SecretFiles.use((files) => files.readPrivate(path, limits)))
  if (Result.isFailure(content)) {
    const { message } = content.failure
    return all(ids, () => missing(key, `whose file ${message}`, `Make it a private file of this user's: ${path}`))
  }
  const text = Redacted.value(content.success)
  if (mode === "singleValue") {
    return all(ids, (id) =>
      id === "value"
        ? given(key, text, id)
        : missing(key, 'whose file holds one secret alone, with the id "value"', 'Write id: "value"')
    )
  }
  const document = decodeJson(text.replace(/^\uFEFF/, ""))
  if (Result.isFailure(document)) {
    return all(ids, () => missing(key, "whose file is not JSON", `Correct it, or set mode: "singleValue": ${path}`))
  }
  return all(ids, (id) =>
    id === "value"
      ? missing(key, "whose file is JSON: an id there is a pointer", 'Write an id such as "/zalo/token"')
      : given(key, atPointer(document.success, id), id)
  )
})

const protocol = 1

// A code is for people to look up, so it is short and plain; anything else may be a secret that went astray.
const Answer = Schema.Struct({
  protocolVersion: Schema.Literal(protocol),
  values: Schema.optionalKey(Schema.Record(Schema.String, Schema.Unknown)),
  errors: Schema.optionalKey(Schema.Record(Schema.String, Schema.Unknown))
})
const decodeAnswer = Schema.decodeUnknownResult(Schema.fromJsonString(Answer))

const codeOf = (error: unknown): string => {
  const code = isObject(error) ? error["code"] : undefined
  return typeof code === "string" && /^[A-Za-z0-9._-]{1,64}$/.test(code) ? ` (${code})` : ""
}

const fromProgram = Effect.fnUntraced(function* (
  { command, jsonOnly }: Extract<Provider, { readonly _tag: "Exec" }>,
  { key, name }: Meant,
  ids: ReadonlyArray<string>
): Effect.fn.Return<Fetched, never, SecretFiles> {
  const question = JSON.stringify({ protocolVersion: protocol, provider: name, ids })
  const output = yield* Effect.result(SecretFiles.use((files) => files.run(command, `${question}\n`)))
  if (Result.isFailure(output)) {
    const { message } = output.failure
    return all(ids, () => missing(key, `whose program ${message}`, `Run ${command.command} by hand to see why`))
  }
  const text = Redacted.value(output.success)
  const answer = decodeAnswer(text)
  if (Result.isSuccess(answer)) {
    const { errors = {}, values = {} } = answer.success
    return all(ids, (id) =>
      Object.hasOwn(errors, id)
        ? missing(key, `which says that it cannot give "${id}"${codeOf(errors[id])}`, "Look there, or correct the id")
        : given(key, Object.hasOwn(values, id) ? values[id] : undefined, id)
    )
  }
  const [only, ...others] = ids
  if (!jsonOnly && only !== undefined && others.length === 0 && Result.isFailure(decodeJson(text))) {
    return new Map([[only, given(key, text, only)]])
  }
  return all(ids, () =>
    missing(
      key,
      "whose program gave no answer of the protocol",
      'It must write {"protocolVersion":1,"values":{ID:TEXT}}, or set jsonOnly: false for one secret alone'
    )
  )
})

/** All that is wanted of one provider. */
export const fetchFrom = (meant: Meant, ids: ReadonlyArray<string>): Effect.Effect<Fetched, never, SecretFiles> => {
  const { key, provider } = meant
  switch (provider?._tag) {
    case "File":
      return fromFile(provider, key, ids)
    case "Exec":
      return fromProgram(provider, meant, ids)
    default:
      return Effect.succeed(all(ids, () => missing(key, "which is not right itself", "Correct it")))
  }
}
