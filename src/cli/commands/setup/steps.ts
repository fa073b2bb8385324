import * as Effect from "effect/Effect"
import { everyone } from "../../../access/entries.ts"
import * as recipe from "../../../gateway/config/recipe/account.ts"
import type { Answers, TransportChoice } from "../../../gateway/config/setup/answers.ts"
import type { CommandFailed, UsageError } from "../../errors.ts"
import { Operations } from "../../Operations.ts"
import { askChoice, askText, askYes } from "../../questions.ts"
import type { Terminal } from "../../Terminal.ts"
import type { Context } from "./context.ts"
import * as flags from "./flags.ts"
import { addressProblem, idsOf, missing, webhookPathProblem, webhookSecretProblem } from "./given.ts"

const textAt = ({ place }: Context, name: string): string | undefined => {
  const value = place.current(name)?.value
  return typeof value === "string" && value.trim() !== "" ? value : undefined
}

const secretStep = Effect.fnUntraced(function* (
  context: Context
): Effect.fn.Return<string | undefined, CommandFailed, Terminal | Operations> {
  const { asks, given, place } = context
  if (given.webhook.secret !== undefined) return given.webhook.secret
  const there = place.current(recipe.webhookSecret.name) !== undefined
  if (there && (!asks || (yield* askYes("A webhook secret is configured. Keep it?", true)))) return undefined
  const typed = asks
    ? yield* askText("Webhook secret, 8-256 characters (not shown; nothing makes one by chance)", {
        initial: "",
        hidden: true,
        problem: (text) => (text === "" ? undefined : webhookSecretProblem(text))
      })
    : ""
  return typed === "" ? yield* Operations.use(({ makeSecret }) => makeSecret) : typed
})

/** Polling or a webhook; undefined: it stays as it is. */
export const transportStep = Effect.fnUntraced(function* (
  context: Context
): Effect.fn.Return<TransportChoice | undefined, CommandFailed | UsageError, Terminal | Operations> {
  const { asks, given } = context
  const { path: givenPath, secret, url: givenUrl } = given.webhook
  const current = textAt(context, recipe.webhookUrl.name)
  if (given.polling) return { _tag: "Polling" }
  const wantsWebhook = givenUrl !== undefined || secret !== undefined || givenPath !== undefined
  if (!wantsWebhook) {
    if (!asks) return undefined
    const webhook = yield* askYes(
      "Use a webhook? It needs a public https address; without one the bot polls.",
      current !== undefined
    )
    if (!webhook) return current === undefined ? undefined : { _tag: "Polling" }
  }
  const url =
    givenUrl ??
    (asks ? yield* askText("Webhook address (https://…)", { initial: current, problem: addressProblem }) : current)
  if (url === undefined) return yield* missing(flags.webhookUrl, "a secret or a path alone is no webhook")
  const chosen = yield* secretStep(context)
  const written = textAt(context, recipe.webhookPath.name)
  // A path that the address does not have anyway is there because somebody set it.
  const kept = url === current ? written : undefined
  const fromUrl = URL.parse(url)?.pathname ?? "/"
  if (givenPath !== undefined || !asks) {
    return { _tag: "Webhook", url, secret: chosen, path: givenPath ?? kept }
  }
  const path = yield* askText("Path served here", { initial: kept ?? fromUrl, problem: webhookPathProblem })
  return { _tag: "Webhook", url, secret: chosen, path: path === fromUrl ? undefined : path }
})

const policies = [
  { value: "pairing", word: "pairing", label: "strangers get a code, and you approve them (recommended)" },
  { value: "allowlist", word: "allowlist", label: "only the ids that you list" },
  { value: "open", word: "open", label: "everyone on Zalo" },
  { value: "disabled", word: "disabled", label: "nobody" }
] as const

const listOf = ({ place }: Context): ReadonlyArray<string> => {
  const value = place.current(recipe.allowFrom.name)?.value
  return Array.isArray(value) ? value.map((entry) => String(entry)) : []
}

/** Who may write in private. */
export const accessStep = Effect.fnUntraced(function* (
  context: Context
): Effect.fn.Return<Pick<Answers, "dmPolicy" | "allowFrom">, CommandFailed, Terminal> {
  const { asks, given, place } = context
  const there = place.current(recipe.dmPolicy.name)?.value
  const current = policies.find(({ value }) => value === there)?.value
  const dmPolicy =
    given.dmPolicy ?? (asks ? yield* askChoice("Who may write in private?", policies, current ?? "pairing") : undefined)
  if (given.allowFrom !== undefined || !asks || dmPolicy !== "allowlist") {
    // What is so anyway is not written.
    const told = dmPolicy === "pairing" && current === undefined && given.dmPolicy === undefined ? undefined : dmPolicy
    return { dmPolicy: told, allowFrom: given.allowFrom }
  }
  const known = listOf(context).filter((entry) => entry !== everyone)
  const typed = yield* askText("Ids that may write, with commas between", {
    initial: known.length === 0 ? undefined : known.join(","),
    problem: (text) => (idsOf(text).length === 0 ? "Name somebody." : undefined)
  })
  return { dmPolicy, allowFrom: idsOf(typed) }
})

const languages = [
  { value: "vi", word: "vi", label: "Tiếng Việt" },
  { value: "en", word: "en", label: "English" }
] as const

/** The language of what the gateway itself says. */
export const languageStep = Effect.fnUntraced(function* ({
  asks,
  given,
  place
}: Context): Effect.fn.Return<Answers["language"], CommandFailed, Terminal> {
  if (given.language !== undefined || !asks) return given.language
  const there = place.current(recipe.language.name)?.value
  const chosen = yield* askChoice("Which language does the bot itself speak?", languages, there === "en" ? "en" : "vi")
  return chosen === "vi" && there === undefined ? undefined : chosen
})
