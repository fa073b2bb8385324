import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import { endpointUrl } from "../recipe/url.ts"
import { secret } from "../recipe/secret.ts"
import { isObject } from "../scope.ts"
import { jsonOf } from "./channel.ts"
import type { Notes } from "./Notes.ts"

type Section = Readonly<Record<string, unknown>>

const inside = (value: unknown, ...names: ReadonlyArray<string>): unknown =>
  names.reduce<unknown>((inner, name) => (isObject(inner) ? inner[name] : undefined), value)

const textOf = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined)

/** A key that can be used here too; undefined for one in OpenClaw's own store. */
const keyOf = (value: unknown): Schema.Json | undefined => {
  const decoded = secret.decode(value)
  return Result.isSuccess(decoded) && decoded.success._tag !== "Unsupported" ? jsonOf(value) : undefined
}

const withKey = (key: Schema.Json | undefined) => (key === undefined ? {} : { apiKey: key })

/** The agent itself, asked through the API that its own gateway offers. */
const throughGateway = (file: Section, notes: Notes): boolean => {
  if (inside(file, "gateway", "http", "endpoints", "chatCompletions", "enabled") !== true) return false
  const port = inside(file, "gateway", "port")
  const baseUrl = `http://127.0.0.1:${typeof port === "number" ? port : 18_789}/v1`
  const apiKey = keyOf(inside(file, "gateway", "auth", "token"))
  notes.translate(
    "gateway.http.endpoints.chatCompletions",
    ["agent"],
    { type: "openai", baseUrl, model: "openclaw", ...withKey(apiKey), sendSession: true },
    "the agents stay where they are, and are asked through OpenClaw's own API: its gateway must run, without its Zalo channel"
  )
  if (apiKey === undefined) {
    notes.leave("gateway.auth.token", "it cannot be read from here: set agent.apiKey to that token")
  }
  return true
}

/** The model that the agents ask, where it speaks the API that we do. */
const throughModel = (file: Section, notes: Notes): boolean => {
  const written = inside(file, "agents", "defaults", "model")
  const primary = textOf(written) ?? textOf(inside(written, "primary"))
  const [, name, model] = /^([^/]+)\/(.+)$/.exec(primary ?? "") ?? []
  if (name === undefined || model === undefined) return false
  const provider = inside(file, "models", "providers", name)
  const baseUrl = textOf(inside(provider, "baseUrl"))
  const api = textOf(inside(provider, "api"))
  if (baseUrl === undefined || Result.isFailure(endpointUrl.decode(baseUrl))) return false
  if (api !== undefined && api !== "openai-completions") return false
  notes.translate(
    "agents.defaults.model",
    ["agent"],
    { type: "openai", baseUrl, model, ...withKey(keyOf(inside(provider, "apiKey"))) },
    `the model is asked itself, at models.providers.${name}: tools, memory and instructions of the agents stay behind`
  )
  return true
}

/** Who answers, as far as that can be carried over. */
export const takeAgent = (file: Section, notes: Notes): void => {
  if (throughGateway(file, notes) || throughModel(file, notes)) return
  if (file["agents"] === undefined && file["models"] === undefined) return
  notes.leave(
    "agents",
    "nothing here can ask them: let OpenClaw offer its API (gateway.http.endpoints.chatCompletions.enabled), or choose an agent with setup --agent"
  )
}
