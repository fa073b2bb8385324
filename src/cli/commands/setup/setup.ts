import * as Effect from "effect/Effect"
import { AccountId } from "../../../domain/ids.ts"
import { normalizeId } from "../../../gateway/config/accountNames.ts"
import { type Changed, changeDocument, type Document, openDocument } from "../../../gateway/config/edit/document.ts"
import { writeDocument } from "../../../gateway/config/edit/write.ts"
import { type Answers, editsOf } from "../../../gateway/config/setup/answers.ts"
import { changesOf } from "../../../gateway/config/setup/changes.ts"
import { placeOf } from "../../../gateway/config/setup/place.ts"
import { whichAccount } from "../../../gateway/config/setup/which.ts"
import { changeLine, diffOf, editFailed, warningsOf } from "../../edited.ts"
import { CommandFailed } from "../../errors.ts"
import { account as accountFlag, config } from "../../flags.ts"
import { Operations } from "../../Operations.ts"
import type { Args } from "../../Param.ts"
import { Platform } from "../../Platform.ts"
import { askText, askYes, tell } from "../../questions.ts"
import { Terminal } from "../../Terminal.ts"
import { accessStep, languageStep, transportStep } from "./steps.ts"
import { agentStep } from "./agent.ts"
import type { Context } from "./context.ts"
import * as flags from "./flags.ts"
import { givenOf } from "./given.ts"
import { outcomeOf, type Registered } from "./report.ts"
import { tokenStep } from "./token.ts"

const accountProblem = (text: string) =>
  /^[a-z0-9_-]+$/i.test(text) ? undefined : "An account's id has letters, digits, dashes and underscores only."

const askAccount = Effect.fnUntraced(function* (document: Document, named: AccountId | undefined, asks: boolean) {
  if (named !== undefined) return named
  const meant = whichAccount(document.value)
  if (!asks) return meant
  const { names } = placeOf(document.value, meant)
  if (names.length > 0) yield* tell(`Accounts so far: ${names.join(", ")}`)
  const typed = yield* askText("Zalo account (a name of your own for the bot)", {
    initial: meant,
    problem: accountProblem
  })
  return AccountId.make(normalizeId(typed))
})

const interview = Effect.fnUntraced(function* (context: Context) {
  const { choice, tried } = yield* tokenStep(context)
  const transport = yield* transportStep(context)
  const access = yield* accessStep(context)
  const agent = yield* agentStep(context)
  const language = yield* languageStep(context)
  const answers: Answers = { token: choice, transport, ...access, agent, language, name: context.given.name }
  return { answers, tried }
})

/** Tells Zalo of the webhook, once the file says it. What goes wrong then is told; the file stays. */
const register = Effect.fnUntraced(function* (file: string, account: AccountId) {
  const done = yield* Operations.use((does) => does.webhook({ config: { file }, account, action: "set" })).pipe(
    Effect.map((result): Registered =>
      result._tag === "Set"
        ? { registered: true, verification: result.verification, problem: result.warning }
        : { registered: false, verification: null, problem: null }
    ),
    Effect.catch((error) =>
      Effect.succeed<Registered>({ registered: false, verification: null, problem: error.message })
    )
  )
  return done
})

const isWebhook = (changed: Changed, account: AccountId): boolean =>
  changed.checked.config?.accounts.find(({ id }) => id === account)?.transport._tag === "Webhook"

/** `setup`: asks for what no flag says, tries the token, and writes the file. */
export const run = Effect.fn("cli.setup")(function* (args: Args) {
  const { files, operations } = yield* Platform
  const terminal = yield* Terminal
  return yield* Effect.gen(function* () {
    const agrees = flags.yes.read(args)
    const asks = terminal.interactive && !agrees
    const given = yield* givenOf(args)
    const document = yield* openDocument(config.read(args))
    if (asks)
      yield* tell(`${document.text === undefined ? "A new configuration" : "The configuration"}: ${document.file}`)
    const account = yield* askAccount(document, accountFlag.read(args), asks)
    const place = placeOf(document.value, account)
    const probes = !flags.noProbe.read(args)
    const { answers, tried } = yield* interview({ account, document, place, given, asks, agrees, probes })

    const edits = editsOf(place, answers)
    const changed = yield* changeDocument(document, edits)
    const changes = changesOf(document.value, changed.value, edits)
    const dryRun = flags.dryRun.read(args)
    const nothing = changes.length === 0
    const shared = {
      account,
      changed,
      changes,
      tried,
      webhook: isWebhook(changed, account),
      configFlag: config.read(args)
    }
    if (dryRun || nothing) {
      return outcomeOf({ ...shared, warnings: warningsOf(changed), diff: dryRun ? diffOf(changed) : undefined })
    }
    if (asks) {
      yield* tell(["This will be changed:", ...changes.map((change) => changeLine(change))].join("\n"))
      if (!(yield* askYes(`Write ${document.file}?`, true))) {
        return yield* new CommandFailed({ code: "declined", message: "nothing was changed" })
      }
    }
    const written = yield* writeDocument(changed)
    const tells = probes && shared.webhook && (answers.transport !== undefined || answers.token !== undefined)
    const registered = tells ? yield* register(document.file, account) : undefined
    return outcomeOf({ ...shared, warnings: warningsOf(changed), written, registered, shown: asks })
  }).pipe(
    Effect.catchTag("EditFailed", (error) => Effect.fail(editFailed(error))),
    Effect.provide([files, operations])
  )
})
