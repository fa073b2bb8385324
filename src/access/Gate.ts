import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SecureRandom from "effect/crypto/SecureRandom"
import { texts } from "../domain/texts.ts"
import type { InboundMessage } from "../domain/Update.ts"
import { Verdict } from "../domain/Verdict.ts"
import type { JournalError } from "../journal/Journal.ts"
import { AccessPolicies, type AccountAccess } from "./AccessPolicies.ts"
import { makeCode } from "./code.ts"
import { normalizeEntry } from "./entries.ts"
import { PairingRepo } from "./PairingRepo.ts"
import { rule, unknownSender } from "./rules.ts"

const { Allow, Ask, Drop } = Verdict.cases

/**
 * Decides who may talk, before anything is fetched or asked. It reads the store for each message and writes nothing: what a
 * verdict means for the store is `PairingRepo.settleUnit`, in the transaction that ends the message.
 */
export class Gate extends Context.Service<
  Gate,
  { judge(message: InboundMessage): Effect.Effect<Verdict, JournalError> }
>()("zalo-effect/access/Gate") {
  static readonly layer: Layer.Layer<Gate, never, PairingRepo | AccessPolicies | SecureRandom.SecureRandom> =
    Layer.effect(
      Gate,
      Effect.gen(function* () {
        const repo = yield* PairingRepo
        const policies = yield* AccessPolicies
        const random = yield* SecureRandom.SecureRandom
        const freshCode = Effect.provideService(makeCode, SecureRandom.SecureRandom, random)

        const challenge = Effect.fnUntraced(function* (
          message: InboundMessage,
          { approveCommand, policy }: AccountAccess,
          sender: string
        ) {
          const { maxPending, owners, replay, ttl } = policy.pairing
          const now = yield* Clock.currentTimeMillis
          const standing = yield* repo.standing(message.account, sender, now)
          if (standing._tag === "Waiting") return Drop.make({ reason: "pairing-waiting" })
          if (standing._tag === "Stranger" && standing.waiting >= maxPending) {
            return Drop.make({ reason: "pairing-full" })
          }
          // Nobody loses a code that was already shown to the operator.
          const code = standing._tag === "Undelivered" ? standing.code : yield* freshCode
          const text = texts(policy.language).challenge({
            senderId: message.sender.id,
            code,
            command: approveCommand(code),
            minutes: Math.max(1, Math.round(Duration.toMinutes(ttl))),
            ownersTold: owners.length > 0
          })
          return Ask.make({
            code,
            text,
            language: policy.language,
            ttl: Math.round(Duration.toMillis(ttl)),
            maxPending,
            replay,
            owners
          })
        })

        // Not traced: once per message.
        const judge = Effect.fnUntraced(function* (message: InboundMessage) {
          const access = yield* policies.of(message.account)
          const sender = normalizeEntry(message.sender.id)
          const facts = message.sender.isBot ? unknownSender : yield* repo.facts(message.account, sender)
          const ruling = rule(access.policy, access.botName, message, facts)
          switch (ruling._tag) {
            case "Allow":
              return Allow.make({ rule: ruling.rule })
            case "Drop":
              return Drop.make({ reason: ruling.reason })
            case "NeedsPairing":
              return yield* challenge(message, access, sender)
          }
        })

        return Gate.of({ judge })
      })
    )
}
