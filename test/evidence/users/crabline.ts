import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { lan, startCrabline } from "../../e2e/crabline.ts"
import { makePlace, serve, stop, token } from "../../e2e/harness.ts"

/** So many messages through an emulated Zalo that others wrote, one after the other put in, polled. */
export const throughCrabline = (messages: number) =>
  Effect.gen(function* () {
    const zalo = yield* startCrabline()
    const place = yield* makePlace(zalo.baseUrl)
    place.configure({ botToken: token, dmPolicy: "open", allowFrom: ["*"] })
    const gateway = yield* serve(place)
    const began = yield* Clock.currentTimeMillis
    const words = Array.from({ length: messages }, (_, n) => `tin ${n}`)
    yield* Effect.forEach(words, (word) => zalo.inject(lan, word), { discard: true })
    const heard = yield* zalo.heard(lan.chatId, messages)
    const seconds = ((yield* Clock.currentTimeMillis) - began) / 1_000
    const { code } = yield* stop(gateway)
    return { messages, inOrder: heard.every((text, n) => text === words[n]), heard: heard.length, seconds, code }
  }).pipe(Effect.scoped)
