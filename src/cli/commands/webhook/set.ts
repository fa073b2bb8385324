import * as Effect from "effect/Effect"
import { type Document, changeDocument, openDocument } from "../../../gateway/config/edit/document.ts"
import { type Written, writeDocument } from "../../../gateway/config/edit/write.ts"
import { webhookPath, webhookSecret, webhookUrl } from "../../../gateway/config/recipe/account.ts"
import { editsOf } from "../../../gateway/config/setup/answers.ts"
import { type Place, placeOf } from "../../../gateway/config/setup/place.ts"
import { whichAccount } from "../../../gateway/config/setup/which.ts"
import type { Outcome } from "../../Command.ts"
import { editFailed, writtenLines } from "../../edited.ts"
import { UsageError } from "../../errors.ts"
import { account, config } from "../../flags.ts"
import { Operations } from "../../Operations.ts"
import type { Args } from "../../Param.ts"
import { Platform } from "../../Platform.ts"
import { printable } from "../../table.ts"
import { addressProblem, webhookSecretProblem } from "../setup/given.ts"
import { only, webhookDesk } from "./ask.ts"
import * as flags from "./flags.ts"

const usage = (problem: string) => new UsageError({ problem, hint: "See zalo-effect webhook set --help" })

const textAt = (place: Place, key: { readonly name: string }): string | undefined => {
  const value = place.current(key.name)?.value
  return typeof value === "string" && value.trim() !== "" ? value : undefined
}

/** Writes what the flags say into the file; undefined where they say nothing. */
const write = Effect.fnUntraced(function* (args: Args) {
  const given = { url: flags.url.read(args)?.trim(), secret: flags.secret.read(args)?.trim() }
  if (given.url === undefined && given.secret === undefined) return undefined
  const bad = given.url === undefined ? undefined : addressProblem(given.url)
  if (bad !== undefined) return yield* usage(`--url: ${bad}`)
  const weak = given.secret === undefined ? undefined : webhookSecretProblem(given.secret)
  if (weak !== undefined) return yield* usage(`--secret: ${weak}`)
  const document: Document = yield* openDocument(config.read(args))
  const place = placeOf(document.value, account.read(args) ?? whichAccount(document.value))
  const current = textAt(place, webhookUrl)
  const url = given.url ?? current
  if (url === undefined) return yield* usage("--url URL is missing: the account polls")
  const made =
    place.current(webhookSecret.name) === undefined ? yield* Operations.use(({ makeSecret }) => makeSecret) : undefined
  const path = url === current ? textAt(place, webhookPath) : undefined
  const edits = editsOf(place, { transport: { _tag: "Webhook", url, secret: given.secret ?? made, path } })
  return yield* writeDocument(yield* changeDocument(document, edits))
})

/** `webhook set`: what is configured, after what the flags changed of it. */
export const run = Effect.fn("cli.webhook.set")(function* (args: Args) {
  const { files, operations } = yield* Platform
  const written: Written | undefined = yield* write(args).pipe(
    Effect.catchTag("EditFailed", (error) => Effect.fail(editFailed(error))),
    Effect.provide([files, operations])
  )
  const { _tag, ...set } = yield* only(yield* webhookDesk(args, "set"), "Set")
  const outcome: Outcome = {
    json: { ok: true, ...set, file: written?.file ?? null, backup: written?.backup ?? null },
    human: [
      ...(written === undefined ? [] : writtenLines(written.file, written.backup)),
      printable(`Zalo delivers account "${set.account}" to ${set.url}.`)
    ].join("\n"),
    ...(set.warning === null ? {} : { note: printable(set.warning) })
  }
  return outcome
})
