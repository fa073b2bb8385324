import type { Style } from "./styles.ts"

/** One bot that this Zalo knows. Its token is kept apart: nothing that can be listed shows it. */
export interface EmulatedBot {
  /** The part of the token before the colon. */
  readonly id: string
  readonly displayName: string
  readonly accountName: string
  readonly canJoinGroups: boolean
}

/** One person on an emulated Zalo. */
export interface EmulatedUser {
  readonly id: string
  readonly name: string
}

/** One group on an emulated Zalo. */
export interface EmulatedGroup {
  /** `zgr-` and 20 hex characters. */
  readonly id: string
  readonly name: string
  /** User ids. */
  readonly members: ReadonlyArray<string>
}

export type MessageKind = "text" | "photo" | "sticker" | "voice" | "unsupported"

/** One line of a chat, as its people see it. */
export interface ChatMessage {
  readonly id: string
  /** `in` was written by a person, `out` by the bot. */
  readonly direction: "in" | "out"
  readonly senderId: string
  readonly senderName: string
  readonly kind: MessageKind
  /** The text, a picture's caption, or `""`. */
  readonly text: string
  /** The look of the text, where the bot gave it one (`zalo-bot-api.md` §5.7). */
  readonly styles?: ReadonlyArray<Style>
  /** How the bot asked for its text to be read; shown as it was written here, since this Zalo reads no markup. */
  readonly parseMode?: string
  readonly url: string | null
  readonly sticker: string | null
  /** Milliseconds. */
  readonly at: number
  /** False for a voice message to a group: Zalo says ok and shows nothing (`zalo-bot-api.md` §5.10). */
  readonly shown: boolean
}

/** One call of the Bot API as this Zalo saw it. */
export interface Call {
  readonly n: number
  readonly bot: string
  readonly method: string
  readonly params: Readonly<Record<string, unknown>>
  readonly at: number
  /** Absent while the call waits. */
  readonly endedAt: number | undefined
  /** What Zalo said, or what became of the connection. */
  readonly answer: Answer | undefined
  /** Whether the call had its effect: for a send, that the message is in the chat. */
  readonly taken: boolean
  /** The id that a send got, told or not. */
  readonly messageId: string | undefined
}

/** What Zalo said to a call, or what became of the connection. */
export type Answer =
  | { readonly _tag: "Json"; readonly body: Readonly<Record<string, unknown>> }
  | { readonly _tag: "Page"; readonly status: number }
  | { readonly _tag: "Dropped" }
  | { readonly _tag: "Torn" }
  | { readonly _tag: "Hung" }
  /** The client left before there was an answer. */
  | { readonly _tag: "Left" }

/** One request that this Zalo made of a webhook. */
export interface Delivery {
  readonly n: number
  readonly bot: string
  readonly kind: "probe" | "update"
  readonly url: string
  readonly messageId: string | undefined
  readonly chat: string | undefined
  /** 1 for the first try. */
  readonly attempt: number
  /** True for the repetitions of an update that was already taken. */
  readonly duplicate: boolean
  readonly at: number
  readonly latencyMs: number
  /** Absent when there was no answer. */
  readonly status: number | undefined
  /** Why there was none. */
  readonly error: string | undefined
}

/** One fetch of a sent photo: the first before the answer, the second after. */
export interface PhotoFetch {
  readonly url: string
  readonly time: 1 | 2
  readonly at: number
  readonly status: number | undefined
}

/** What happens here, as it happens: what the chat page shows. */
export type SandboxEvent =
  | { readonly type: "message"; readonly bot: string; readonly chat: string; readonly message: ChatMessage }
  | { readonly type: "typing"; readonly bot: string; readonly chat: string; readonly on: boolean }
  | { readonly type: "user"; readonly user: EmulatedUser }
  | { readonly type: "group"; readonly group: EmulatedGroup }
  | { readonly type: "webhook"; readonly bot: string; readonly webhook: { readonly url: string } | null }
  | { readonly type: "delivery"; readonly bot: string; readonly delivery: Delivery }

/** What a person does. */
export type Written =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "photo"; readonly url: string; readonly caption?: string | undefined }
  | { readonly kind: "sticker"; readonly sticker: string; readonly url?: string | undefined }
  | { readonly kind: "voice"; readonly url: string }
  | { readonly kind: "unsupported" }

/** One message of a person, and where it is written. */
export interface Inject {
  /** A user's id (a private chat has the id of its person) or a group's. */
  readonly chat: string
  /** Whose message: needed in a group. */
  readonly from?: string | undefined
  readonly message: Written
  /**
   * In a group Zalo delivers only what mentions the bot or answers it (§8). `mention` (the default there) puts the bot's
   * name before the text, `reply` leaves the text alone, `none` is seen by the people only.
   */
  readonly addressed?: "mention" | "reply" | "none" | undefined
  /** Bot id; the first bot when absent. */
  readonly bot?: string | undefined
  /** Milliseconds; now when absent. */
  readonly date?: number | undefined
}
