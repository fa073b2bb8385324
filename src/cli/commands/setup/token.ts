import * as Effect from "effect/Effect"
import * as Path from "effect/Path"
import { variable } from "../../../gateway/config/environment.ts"
import { changeDocument } from "../../../gateway/config/edit/document.ts"
import { keyText } from "../../../gateway/config/path.ts"
import { type ConfigError, formatProblem } from "../../../gateway/config/problems.ts"
import { botToken, tokenFile } from "../../../gateway/config/recipe/account.ts"
import { editsOf, type SecretChoice } from "../../../gateway/config/setup/answers.ts"
import type { SecretFiles } from "../../../gateway/config/SecretFiles.ts"
import { CommandFailed, type UsageError } from "../../errors.ts"
import { Operations } from "../../Operations.ts"
import { askChoice, askText, askYes, tell } from "../../questions.ts"
import type { TokenAnswer } from "../../setupOperations.ts"
import { printable } from "../../table.ts"
import type { Terminal } from "../../Terminal.ts"
import type { Context } from "./context.ts"
import * as flags from "./flags.ts"
import { missing } from "./given.ts"

/** What became of the token when it was tried. */
export type Tried =
  | Extract<TokenAnswer, { readonly _tag: "Works" }>
  | Extract<TokenAnswer, { readonly _tag: "NoAnswer" }>
  /** It is not to be had where this command runs, or was not to be tried. */
  | { readonly _tag: "Untried"; readonly why: string }

interface TokenStep {
  /** Undefined: it stays as it is. */
  readonly choice: SecretChoice | undefined
  readonly tried: Tried
}

const environmentName = "ZALO_BOT_TOKEN"

/** Where the token comes from now, for people. */
const configured = Effect.fnUntraced(function* ({ account, place }: Context) {
  for (const { name } of [botToken, tokenFile]) {
    const found = place.current(name)
    if (found !== undefined && found.value !== "") return keyText(found.path)
  }
  return account === "default" && (yield* variable(environmentName)) !== undefined ? environmentName : undefined
})

const kinds = [
  { value: "Value", word: "type", label: "type or paste it here; it is kept in the configuration" },
  { value: "Variable", word: "env", label: "name a variable of the environment" },
  { value: "File", word: "file", label: "name a file that holds it alone" },
  { value: "Reference", word: "ref", label: "name a secret provider of the configuration" }
] as const

const askReference = Effect.fnUntraced(function* (): Effect.fn.Return<SecretChoice, CommandFailed, Terminal> {
  const text = yield* askText("Reference (SOURCE:PROVIDER:ID)", { problem: flags.tokenRef.problem })
  const [, source, provider = "", id = ""] = flags.reference.exec(text) ?? []
  return { _tag: "Reference", source: source === "file" || source === "exec" ? source : "env", provider, id }
})

const askToken = Effect.fnUntraced(function* (): Effect.fn.Return<SecretChoice, CommandFailed, Terminal> {
  const kind = yield* askChoice("How do you want to give the bot's token?", kinds, "Value")
  switch (kind) {
    case "Value":
      return { _tag: "Value", text: yield* askText("Bot token (not shown while you type)", { hidden: true }) }
    case "Variable":
      return {
        _tag: "Variable",
        name: yield* askText("Variable", { initial: environmentName, problem: flags.tokenEnv.problem })
      }
    case "File":
      return { _tag: "File", path: yield* askText("File") }
    case "Reference":
      return yield* askReference()
  }
})

/** A path is typed from where one stands, and read from the configuration's folder. */
const placed = Effect.fnUntraced(function* ({ document }: Context, choice: SecretChoice | undefined) {
  if (choice?._tag !== "File" || /^~[/\\]/.test(choice.path)) return choice
  const path = yield* Path.Path
  const here = path.resolve(path.dirname(document.file)) === path.resolve(".")
  const moved: SecretChoice = { _tag: "File", path: here ? choice.path : path.resolve(choice.path) }
  return moved
})

/** Tries the token that the configuration would have. */
const attempt = Effect.fnUntraced(function* (
  { account, document, place, probes }: Context,
  choice: SecretChoice | undefined
): Effect.fn.Return<TokenAnswer | Tried, ConfigError, Operations | Path.Path | SecretFiles> {
  const { checked } = yield* changeDocument(document, choice === undefined ? [] : editsOf(place, { token: choice }))
  if (!probes) return { _tag: "Untried", why: "not tried (--no-probe)" }
  const { config } = checked
  if (config === undefined) return { _tag: "Untried", why: "not tried: the configuration has other problems" }
  const runs = config.accounts.find(({ id }) => id === account)
  if (runs === undefined) {
    const idle = [...config.unavailable, ...config.disabled].find(({ id }) => id === account)
    return { _tag: "Untried", why: `not tried: ${idle?.reason ?? "there is no such account"}` }
  }
  return yield* Operations.use((does) => does.tryToken({ token: runs.token, proxy: runs.proxy }))
})

const refused = "Zalo refused the token (401): it was reset or mistyped"

/** A token that Zalo answers to, or one that somebody wants kept all the same. Asks again as long as there is somebody. */
export const tokenStep = Effect.fnUntraced(function* (
  context: Context
): Effect.fn.Return<
  TokenStep,
  CommandFailed | ConfigError | UsageError,
  Terminal | Operations | Path.Path | SecretFiles
> {
  const { agrees, asks, given } = context
  let choice = given.token
  if (choice === undefined) {
    const from = yield* configured(context)
    if (from === undefined && !asks) {
      return yield* missing(flags.token, "or --token-env NAME, --token-file PATH, --token-ref SOURCE:PROVIDER:ID")
    }
    if (from === undefined) {
      yield* tell("A bot is made with Zalo Bot Creator; its token comes as a Zalo message and reads 12345689:abc-xyz.")
    }
    const keeps = from !== undefined && (!asks || (yield* askYes(`A token is configured (${from}). Keep it?`, true)))
    if (!keeps) choice = yield* askToken()
  }
  for (;;) {
    choice = yield* placed(context, choice)
    const tried = yield* attempt(context, choice).pipe(
      Effect.catchTag("ConfigError", (error) =>
        asks
          ? tell(error.problems.map((problem) => formatProblem(problem)).join("\n")).pipe(Effect.as(undefined))
          : Effect.fail(error)
      )
    )
    switch (tried?._tag) {
      case "Works":
        yield* tell(printable(`The token works: ${tried.name} (${tried.id}).`))
        return { choice, tried }
      case "Refused":
        if (!asks)
          return yield* new CommandFailed({ code: "token-refused", message: `${refused}; nothing was changed` })
        yield* tell(`${refused}.`)
        break
      case "NoAnswer": {
        yield* tell(`The token could not be tried: ${tried.why}.`)
        if (asks ? yield* askYes("Keep it all the same?", false) : agrees) return { choice, tried }
        if (asks) break
        return yield* new CommandFailed({
          code: "zalo-unreachable",
          message: `the token could not be tried: ${tried.why}; --no-probe takes it as it is. Nothing was changed`
        })
      }
      case "Untried":
        yield* tell(`The token was ${tried.why}.`)
        return { choice, tried }
      case undefined:
    }
    choice = yield* askToken()
  }
})
