import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { webhookAddress } from "../../../gateway/config/recipe/url.ts"
import { isShorthand } from "../../../gateway/config/setup/hidden.ts"
import type { Answers, SecretChoice } from "../../../gateway/config/setup/answers.ts"
import { normalizePath, pathProblem, secretProblem } from "../../../gateway/config/transport.ts"
import { UsageError } from "../../errors.ts"
import type { Args } from "../../Param.ts"
import { Terminal } from "../../Terminal.ts"
import * as flags from "./flags.ts"

/** What the flags say of the webhook; the rest is asked for, or stays. */
export interface WebhookGiven {
  readonly url: string | undefined
  readonly secret: string | undefined
  readonly path: string | undefined
}

export interface AgentGiven {
  readonly type: string | undefined
  readonly command: ReadonlyArray<string> | undefined
  readonly url: string | undefined
  readonly model: string | undefined
  readonly apiKey: string | undefined
  readonly instructions: string | undefined
}

/** The answers that the command line brings. */
export interface Given extends Pick<Answers, "token" | "dmPolicy" | "allowFrom" | "language" | "name"> {
  readonly polling: boolean
  readonly webhook: WebhookGiven
  readonly agent: AgentGiven
}

const usage = (problem: string) => new UsageError({ problem, hint: "See zalo-effect setup --help" })

/** What is wrong with an address that Zalo is to deliver to. */
export const addressProblem = (text: string): string | undefined => {
  const decoded = webhookAddress.decode(text)
  if (Result.isFailure(decoded)) return `It ${decoded.failure[0]?.message ?? "is no address"}.`
  return decoded.success === undefined ? "An https:// address is needed." : undefined
}

export const webhookSecretProblem = (text: string): string | undefined => {
  const wrong = isShorthand(text) ? undefined : secretProblem(text)
  return wrong === undefined ? undefined : `It ${wrong[0]}.`
}

export const webhookPathProblem = (text: string): string | undefined => {
  const wrong = pathProblem(normalizePath(text))
  return wrong === undefined ? undefined : `It ${wrong[0]}.`
}

/** Ids as they are typed, apart by commas. */
export const idsOf = (text: string): ReadonlyArray<string> =>
  text
    .split(",")
    .map((id) => id.trim())
    .filter((id) => id !== "")

/** Words as a shell would part them, or a JSON list. */
export const wordsOf = (text: string): ReadonlyArray<string> => {
  if (text.trim().startsWith("[")) {
    const list = Result.getOrUndefined(Result.try((): unknown => JSON.parse(text)))
    return Array.isArray(list) && list.every((word) => typeof word === "string") ? list : []
  }
  return Array.from(text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g), ([, one, two, three]) => one ?? two ?? three ?? "")
}

const tokenOf = Effect.fnUntraced(function* (
  args: Args
): Effect.fn.Return<SecretChoice | undefined, UsageError, Terminal> {
  const sources = [flags.token, flags.tokenEnv, flags.tokenFile, flags.tokenRef].filter((flag) =>
    args.flags.has(flag.name)
  )
  if (sources.length > 1) {
    return yield* usage(`a token has one source, not ${sources.map(({ name }) => `--${name}`).join(" and ")}`)
  }
  const [source] = sources
  const text = source === undefined ? undefined : source.read(args)
  if (source === undefined || text === undefined) return undefined
  if (text.trim() === "") return yield* usage(`--${source.name} is empty`)
  if (source === flags.tokenEnv) return { _tag: "Variable", name: text }
  if (source === flags.tokenFile) return { _tag: "File", path: text }
  if (source === flags.tokenRef) {
    const [, from, provider = "", id = ""] = flags.reference.exec(text) ?? []
    if (from === "env" || from === "file" || from === "exec") return { _tag: "Reference", source: from, provider, id }
    return undefined
  }
  const typed = text === "-" ? yield* Terminal.use(({ stdin }) => stdin) : text
  return { _tag: "Value", text: typed.trim() }
})

const choice = <const A extends string>(values: ReadonlyArray<A>, text: string | undefined): A | undefined =>
  values.find((value) => value === text)

const webhookProblem = ({ path, secret, url }: WebhookGiven): string | undefined => {
  const bad = url === undefined ? undefined : addressProblem(url)
  if (bad !== undefined) return `--${flags.webhookUrl.name}: ${bad}`
  const weak = secret === undefined ? undefined : webhookSecretProblem(secret)
  if (weak !== undefined) return `--${flags.webhookSecret.name}: ${weak}`
  const misplaced = path === undefined ? undefined : webhookPathProblem(path)
  return misplaced === undefined ? undefined : `--${flags.webhookPath.name}: ${misplaced}`
}

export const givenOf = Effect.fnUntraced(function* (args: Args): Effect.fn.Return<Given, UsageError, Terminal> {
  const webhook: WebhookGiven = {
    url: flags.webhookUrl.read(args)?.trim(),
    secret: flags.webhookSecret.read(args)?.trim(),
    path: flags.webhookPath.read(args)
  }
  const polling = flags.polling.read(args)
  if (polling && Object.values(webhook).some((value) => value !== undefined)) {
    return yield* usage("--polling and a webhook exclude each other")
  }
  const wrong = webhookProblem(webhook)
  if (wrong !== undefined) return yield* usage(wrong)

  const listed = flags.allowFrom.read(args)
  const allowFrom = listed === undefined ? undefined : idsOf(listed)
  if (allowFrom?.length === 0) return yield* usage("--allow-from names nobody")

  const typed = flags.agentCommand.read(args)
  const command = typed === undefined ? undefined : wordsOf(typed)
  if (command?.length === 0) return yield* usage("--agent-command is no command")

  return {
    token: yield* tokenOf(args),
    polling,
    webhook,
    dmPolicy: choice(["pairing", "allowlist", "open", "disabled"], flags.dmPolicy.read(args)),
    allowFrom,
    language: choice(["vi", "en"], flags.language.read(args)),
    name: flags.name.read(args),
    agent: {
      type: flags.agent.read(args),
      command,
      url: flags.agentUrl.read(args),
      model: flags.agentModel.read(args),
      apiKey: flags.agentApiKey.read(args),
      instructions: flags.agentInstructions.read(args)
    }
  }
})

export const missing = (flag: { readonly name: string; readonly value: string | undefined }, why: string) =>
  usage(`--${flag.name} ${flag.value ?? ""} is missing: ${why}`)
