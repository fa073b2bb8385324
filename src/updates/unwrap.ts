import { isRecord, knownNames } from "./wire.ts"

/** An update as it came, before it is known whether it makes sense. */
export interface RawEvent {
  /** Zalo's `event_name`, or what the fields say where it is missing. */
  readonly name: string | undefined
  readonly message: Record<string, unknown> | undefined
  /** The object with both, ready to be decoded. */
  readonly event: Record<string, unknown>
}

/** Documented is `{ok, result}`, on the wire was the bare event: `zalo-bot-api.md` §7. */
const inner = (body: unknown): Record<string, unknown> => {
  if (!isRecord(body)) return {}
  const { result } = body
  return body["event_name"] === undefined && body["message"] === undefined && isRecord(result) ? result : body
}

/** One documented sample has no `event_name`, so the fields must do (§5.2). */
const inferName = (message: Record<string, unknown>): string | undefined => {
  if (typeof message["voice_url"] === "string") return "message.voice.received"
  if (typeof message["sticker"] === "string") return "message.sticker.received"
  if (typeof (message["photo_url"] ?? message["photo"]) === "string") return "message.image.received"
  if (typeof message["text"] === "string") return "message.text.received"
  return undefined
}

export const unwrap = (body: unknown): RawEvent => {
  const event = inner(body)
  const message = isRecord(event["message"]) ? event["message"] : undefined
  const given = event["event_name"] ?? undefined
  if (given !== undefined) return { name: typeof given === "string" ? given : undefined, message, event }
  const name = message === undefined ? undefined : inferName(message)
  return { name, message, event: name === undefined ? event : { event_name: name, message } }
}

/** Whether it is one of the events that can become a turn. */
export const isKnown = (raw: RawEvent): raw is RawEvent & { readonly message: Record<string, unknown> } =>
  raw.name !== undefined && raw.message !== undefined && knownNames.has(raw.name)
