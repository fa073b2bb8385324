import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { ChatMessage, Written } from "./model.ts"
import { EmulatedZalo } from "./Zalo.ts"

/** What a person sends besides text. */
export type Sendable = Exclude<Written, { readonly kind: "text" }>

/** One side of a chat, as a test plays it. */
export interface FakeChat {
  /** Writes a text. Gives the message's id. */
  says(text: string): Effect.Effect<string>
  /** Sends a picture, a sticker, a voice message, or what Zalo does not pass on. Gives the message's id. */
  sends(message: Sendable): Effect.Effect<string>
  /**
   * The next text of the bot here that was not heard yet; waits for it.
   *
   * **Gotchas** Under `TestClock` nothing that sleeps happens while this waits: fork it, or adjust the clock first.
   */
  readonly hears: Effect.Effect<string>
  /** The same for a message of any kind. */
  readonly receives: Effect.Effect<ChatMessage>
  /** Everything that the bot sent here so far, heard or not. */
  readonly heard: Effect.Effect<ReadonlyArray<ChatMessage>>
}

/** A person with a private chat. Their chat has the id of the person. */
export interface FakeUser extends FakeChat {
  readonly id: string
  readonly name: string
}

/** A group that the bot is in. */
export interface FakeGroup {
  readonly id: string
  readonly name: string
  /** A member's side of the group. What they say mentions the bot, unless `addressed` says otherwise. */
  as(user: FakeUser, addressed?: "mention" | "reply" | "none"): FakeChat
}

/**
 * People on an emulated Zalo, for tests that read like a chat: `yield* lan.says("chào")`, `yield* lan.hears`.
 */
export class FakeZalo extends Context.Service<
  FakeZalo,
  {
    /** The person of that name: the same one each time, and one who was here from the start where there is such a one. */
    user(name: string): FakeUser
    /** The group of that name with these people in it; they are looked at the first time only. */
    group(name: string, members: ReadonlyArray<FakeUser>): FakeGroup
    /** Everything else: faults, switches, calls, deliveries. */
    readonly emulator: EmulatedZalo["Service"]
  }
>()("zalo-effect/testing/FakeZalo") {
  static readonly layer: Layer.Layer<FakeZalo, never, EmulatedZalo> = Layer.effect(
    FakeZalo,
    Effect.map(EmulatedZalo, (emulator) => makeFakeZalo(emulator))
  )
}

/** How far somebody has listened. */
interface Place {
  next: number
}

const makeFakeZalo = (emulator: EmulatedZalo["Service"]): FakeZalo["Service"] => {
  const users = new Map<string, FakeUser>()
  const groups = new Map<string, FakeGroup>()

  const sideOf = (
    chat: string,
    from: string,
    addressed?: "mention" | "reply" | "none",
    place: Place = { next: 0 }
  ): FakeChat => {
    const receives = Effect.suspend(() => {
      // Taken before the wait, so that two who listen at once hear two messages; given back by one who stops listening.
      const mine = place.next
      place.next += 1
      return Effect.onInterrupt(emulator.awaitSent(chat, mine), () =>
        Effect.sync(() => {
          if (place.next === mine + 1) place.next = mine
        })
      )
    })
    const hears: Effect.Effect<string> = Effect.flatMap(receives, (message) =>
      message.kind === "text" ? Effect.succeed(message.text) : hears
    )
    return {
      says: (text) => emulator.inject({ chat, from, addressed, message: { kind: "text", text } }),
      sends: (message) => emulator.inject({ chat, from, addressed, message }),
      hears,
      receives,
      heard: emulator.hears(chat)
    }
  }

  return {
    user: (name) => {
      const before = users.get(name)
      if (before !== undefined) return before
      const { id } = emulator.findUserUnsafe(name) ?? emulator.addUserUnsafe(name)
      const user: FakeUser = { id, name, ...sideOf(id, id) }
      users.set(name, user)
      return user
    },
    group: (name, members) => {
      const before = groups.get(name)
      if (before !== undefined) return before
      const { id } = emulator.addGroupUnsafe(
        name,
        members.map((member) => member.id)
      )
      const places = new Map<string, Place>()
      const placeOf = (user: FakeUser): Place => {
        const place = places.get(user.id) ?? { next: 0 }
        places.set(user.id, place)
        return place
      }
      const group: FakeGroup = { id, name, as: (user, addressed) => sideOf(id, user.id, addressed, placeOf(user)) }
      groups.set(name, group)
      return group
    },
    emulator
  }
}
