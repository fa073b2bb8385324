import * as Schema from "effect/Schema"
import { group, key, type Named } from "./Key.ts"
import { bool, choice, filled, fromSchema, integer, list, text } from "./kinds.ts"

export const source = key("source", choice(["env", "file", "exec"]), { description: "Where this provider looks." })
export const allowlist = key(
  "allowlist",
  list(/^[A-Z][A-Z0-9_]{0,127}$/, "names of variables", 'For example ["SHOP_BOT_TOKEN"]'),
  { description: "env: the only variables that may be named.", fallback: "every one" }
)
export const path = key("path", filled, {
  description: "file: the file. A relative path starts at the configuration's folder."
})
export const mode = key("mode", choice(["json", "singleValue"]), {
  description: 'file: JSON, whose ids are pointers into it, or one secret alone, whose id is "value".',
  fallback: "json"
})
export const command = key(
  "command",
  fromSchema(
    Schema.String.check(Schema.isPattern(/^(?:\/|[A-Za-z]:[\\/])/)),
    "an absolute path",
    'For example "/usr/local/bin/vault-secrets"; no shell looks it up'
  ),
  { description: "exec: the program, by its absolute path. No shell is involved." }
)
export const args = key("args", list(/^[^\0]*$/, "texts", 'For example ["--profile", "zalo"]'), {
  description: "exec: its arguments.",
  fallback: "[]"
})
export const env = key(
  "env",
  fromSchema(
    Schema.Record(Schema.String, Schema.String),
    "an object of texts",
    'For example {VAULT_ADDR: "https://…"}'
  ),
  { description: "exec: variables for it. It gets no others but these and passEnv.", fallback: "{}" }
)
export const passEnv = key("passEnv", list(/\S/, "names of variables", 'For example ["PATH", "HOME"]'), {
  description: "exec: variables that it gets from this program.",
  fallback: "[]"
})
export const trustedDirs = key("trustedDirs", list(/\S/, "folders", 'For example ["/usr/local/bin"]'), {
  description: "exec: the only folders that the program may lie in.",
  fallback: "any"
})
export const jsonOnly = key("jsonOnly", bool, {
  description: "exec: false takes an answer that is not JSON as the secret, where one was asked for.",
  fallback: "true"
})
export const timeoutMs = key("timeoutMs", integer(1, 120_000), {
  description: "How long it may take, in milliseconds.",
  fallback: "5000"
})
export const maxBytes = key("maxBytes", integer(1, 20_971_520), {
  description: "file: how large the file may be.",
  fallback: "1048576"
})
export const maxOutputBytes = key("maxOutputBytes", integer(1, 20_971_520), {
  description: "exec: how long the answer may be.",
  fallback: "1048576"
})
export const allowInsecurePath = key("allowInsecurePath", bool, {
  description: "Takes a file or program that others may read or change.",
  fallback: "false"
})
export const allowSymlinkCommand = key("allowSymlinkCommand", bool, {
  description: "exec: takes a program that is a symbolic link.",
  fallback: "false"
})

const provider = group(
  "providers",
  "One place that secrets come from.",
  [
    source,
    allowlist,
    path,
    mode,
    command,
    args,
    env,
    passEnv,
    trustedDirs,
    jsonOnly,
    timeoutMs,
    maxBytes,
    maxOutputBytes,
    allowInsecurePath,
    allowSymlinkCommand
  ],
  { required: ["source"], foreign: ["noOutputTimeoutMs"] }
)

export const providers: Named = {
  node: "named",
  name: "providers",
  description:
    "Where secret references lead, by the name that they give as provider: the environment, a file, or a program.",
  of: provider
}

const standard = (name: "env" | "file" | "exec") =>
  key(name, text, { description: `The provider of ${name} references that name none.`, fallback: '"default"' })
export const defaults = { env: standard("env"), file: standard("file"), exec: standard("exec") }

export const defaultProviders = group("defaults", "Providers of references that name none.", Object.values(defaults))

/** Where secrets come from (`reference-behaviour.md` §1.3). */
export const secrets = group("secrets", "Where secrets come from.", [providers, defaultProviders], {
  foreign: ["resolution"]
})
