import * as Param from "../../Param.ts"

const oneOf =
  (...values: ReadonlyArray<string>) =>
  (text: string) =>
    values.includes(text) ? undefined : `it is one of ${values.join(", ")}`

const name = Param.text("name", "NAME", "A name of the account, for people")

export const token = Param.text("token", "TOKEN", "The bot's token itself; - reads it from stdin")
export const tokenEnv = Param.text("token-env", "NAME", "The variable that holds the token", {
  problem: (text) => (/^[A-Z][A-Z0-9_]{0,127}$/.test(text) ? undefined : "a variable's name has capitals, digits and _")
})
export const tokenFile = Param.text("token-file", "PATH", "The file that holds the token alone")

/**
 * `env:default:NAME`, `file:NAME:/pointer`, `exec:NAME:id`; an id may have colons of its own. The recipe has the name's form
 * too, but this file is read by every command.
 */
export const reference = /^(env|file|exec):([a-z][a-z0-9_-]{0,63}):(.+)$/
export const tokenRef = Param.text("token-ref", "SOURCE:PROVIDER:ID", "A secret reference that leads to the token", {
  problem: (text) =>
    reference.test(text) ? undefined : "a reference reads env:PROVIDER:NAME, file:PROVIDER:/POINTER or exec:PROVIDER:ID"
})

export const polling = Param.toggle("polling", "Poll for messages, without a webhook")
export const webhookUrl = Param.text("webhook-url", "URL", "The public https address that Zalo delivers to")
export const webhookSecret = Param.text(
  "webhook-secret",
  "SECRET",
  'Its secret of 8 to 256 characters, or "${NAME}" of a variable; made by chance when left out'
)
export const webhookPath = Param.text("webhook-path", "PATH", "The path served here, where a proxy changes it")

export const dmPolicy = Param.text(
  "dm-policy",
  "POLICY",
  "Who may write in private: pairing, allowlist, open, disabled",
  {
    problem: oneOf("pairing", "allowlist", "open", "disabled")
  }
)
export const allowFrom = Param.text("allow-from", "ID,ID", "The senders that may write, instead of those that may now")

export const agent = Param.text("agent", "TYPE", "Who answers: echo, command, http, openai, none", {
  problem: oneOf("echo", "command", "http", "openai", "none")
})
export const agentCommand = Param.text(
  "agent-command",
  "COMMAND",
  'command: the program and its arguments, as words or as a JSON list (["python3", "bot.py"])'
)
export const agentUrl = Param.text("agent-url", "URL", "http: where turns are posted; openai: the API's address")
export const agentModel = Param.text("agent-model", "MODEL", "openai: the model's name")
export const agentApiKey = Param.text("agent-api-key", "KEY", 'openai: the key, or "${NAME}" of a variable')
export const agentInstructions = Param.text("agent-instructions", "TEXT", "openai: who the bot is")

export const language = Param.text("language", "LANGUAGE", "What the bot itself says: vi, en", {
  problem: oneOf("vi", "en")
})
export const noProbe = Param.toggle("no-probe", "Ask Zalo nothing: neither try the token nor register the webhook")
export const yes = Param.toggle("yes", "Ask nothing: what no flag says stays, or gets its default", { short: "y" })
export const dryRun = Param.toggle("dry-run", "Write nothing, and show what would be changed")

export const all = [
  name,
  token,
  tokenEnv,
  tokenFile,
  tokenRef,
  polling,
  webhookUrl,
  webhookSecret,
  webhookPath,
  dmPolicy,
  allowFrom,
  agent,
  agentCommand,
  agentUrl,
  agentModel,
  agentApiKey,
  agentInstructions,
  language,
  noProbe,
  yes,
  dryRun
]

export { name }
